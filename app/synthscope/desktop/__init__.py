"""The shell: application, main window, actions, settings, crash report."""
