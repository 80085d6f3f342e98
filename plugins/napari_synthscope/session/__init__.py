"""What one viewer holds while it is open: project, layers at work, runs, staging, undo. No panel."""
