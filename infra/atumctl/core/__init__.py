"""What every verb needs: the site, programs, PostgreSQL, the journal, releases and output."""
