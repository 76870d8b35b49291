"""The composition root: settings, addresses, the server, and the pages that draw from several rooms."""

import gc

# What is made while modules are imported stays: looking for garbage in it takes a fifth of the time that a process
# needs to start. It is looked for once the application is loaded (apps.py).
gc.disable()
