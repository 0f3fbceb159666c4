"""Programs that compute ordinary formulas: asked in a scratch workbook, never with a client's file."""

from .engine import Engine, EngineFailed, Unavailable, engine, installed
from .scratch import Asked, Scratch, TooLarge, write

__all__ = ["Asked", "Engine", "EngineFailed", "Scratch", "TooLarge", "Unavailable", "engine", "installed", "write"]
