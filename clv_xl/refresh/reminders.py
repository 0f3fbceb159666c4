"""What new orders leave to do in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.terms import Text
from clv_xl.workbook.markup import child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clv_xl.workbook import Book
    from clv_xl.workbook.tables import Table


def reminders(book: Book, table: Table) -> Iterator[Text]:
    """What is to be done about a table that has other rows: a filter goes on hiding the rows that it hid."""
    filtering = child(book.document(table.part), "autoFilter")
    # A column without a criterion only hides its button.
    if filtering is not None and any(len(column) for column in filtering.iterchildren("{*}filterColumn")):
        yield Text(
            f"the filter of table {table.name} hides rows by the orders that were there before: reapply it "
            "(Data > Reapply)",
            f"het filter van tabel {table.name} verbergt rijen op grond van de vorige bestellingen: pas het opnieuw "
            "toe (Gegevens > Opnieuw toepassen)",
        )
