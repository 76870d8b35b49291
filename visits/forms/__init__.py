"""What people fill in about a visit. Forms read and convert; what is right and wrong is the domain's to say."""
