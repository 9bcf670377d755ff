"""Office files and tables: DOCX, ODT, RTF, XLSX, XLS, ODS, CSV."""
