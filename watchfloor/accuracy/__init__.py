"""What ``bench accuracy`` shows: tables, pictures and the report."""
