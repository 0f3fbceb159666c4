"""One way out of many to damage a workbook, by chance."""

from __future__ import annotations

import random
from collections.abc import Callable

from . import absurdities, damage

WAYS: tuple[tuple[int, Callable[[bytes, random.Random], bytes]], ...] = (
    (8, damage.flipped_bits), (3, damage.cut_tail), (4, damage.cut_middle), (3, damage.zeroed_block), (2,
    damage.added_bytes), (10, damage.directory_lies), (3, damage.renamed_entry),
    (5, damage.removed_part), (5, damage.swapped_parts), (3, damage.doubled_part), (4, damage.emptied_part), (5,
    damage.cut_part), (8, damage.flipped_part), (8, damage.changed_links),
    (2, damage.changed_types), (1, damage.bomb), (10, absurdities.hostile_xml), (3, absurdities.other_encoding), (22,
    absurdities.absurd_sheet), (6, absurdities.shuffled_cells), (10, absurdities.absurd_book),
    (3, absurdities.shared_string_lies),
)  # fmt: skip
"""Each way with how often it is taken."""


def mutant(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Damage a workbook in one way; give the name of the way too."""
    (way,) = chance.choices([way for _, way in WAYS], [weight for weight, _ in WAYS])
    return way.__name__, way(data, chance)
