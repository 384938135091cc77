"""The desk: pages for editors and counsellors."""
