"""The canvas is tested as the widgets are."""

from tests.widgets.conftest import pytest_pyfunc_call

__all__ = ["pytest_pyfunc_call"]
