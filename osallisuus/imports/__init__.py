"""What comes in: files from Teams, Zoom, Forms, Excel and people's own lists, read into plain records; no database in here."""
