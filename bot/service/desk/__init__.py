"""What the desk's pages show: read models, one function per page, one read transaction each. What
counsellors do goes through `service.cases`.
"""
