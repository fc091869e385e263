"""mctui: a Marketing Cloud Engagement account in one file, stepped from the keyboard."""

import os

# Textual paints with its next frame. At its usual 60 frames a second that alone is up to 16 ms after a key; it reads
# this when it is first imported.
os.environ.setdefault("TEXTUAL_FPS", "240")
