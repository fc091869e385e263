"""Content Builder: what a message says. For now personalization strings; AMPscript comes in its own files later."""

from store.content.personalize import fields_named, personalize, pieces

__all__ = ["fields_named", "personalize", "pieces"]
