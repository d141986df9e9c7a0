"""What several destinations share: leaving a file once, in a folder or by SFTP."""
