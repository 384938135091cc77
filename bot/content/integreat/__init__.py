"""Pages and locations of the Integreat API v3: read into drafts, in our form and words.

shapes      JSON -> pages and locations, every fault named
html        their HTML -> our markup
entries     pages -> draft entries and PO drafts
locations   locations -> draft places and facts
originals   what was imported, kept verbatim, so that an export can give it back
"""
