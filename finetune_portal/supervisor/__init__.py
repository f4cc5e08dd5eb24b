"""`manage.py portal`: starts every part of the portal in its order, keeps it up, and stops all of it.

`parts` says what is run and how one knows that it works; `process` is one running program with its whole process
group; `supervisor` is the loop; `undertaker` is a program of its own that ends the parts if the supervisor was killed.
"""
