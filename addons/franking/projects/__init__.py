"""Projects and organizations as people see them: defined, renamed, put together; requests keep what they carry."""
