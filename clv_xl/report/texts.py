"""The words of the portfolio. In Dutch an agency's client is an "opdrachtgever": its "klanten" are the customers."""

from __future__ import annotations

from clv_xl.terms import Text

TEXTS = {
    "title": Text("Client portfolio", "Overzicht van opdrachtgevers"),
    "purpose": Text(
        "What a customer is worth to each client, and what a new one may cost.",
        "Wat een klant waard is voor elke opdrachtgever, en wat een nieuwe klant mag kosten.",
    ),
    "span": Text("Orders from {first} to {last}", "Bestellingen van {first} t/m {last}"),
    "as_of": Text("newest figures up to {day}", "nieuwste cijfers t/m {day}"),
    "skip": Text("Skip to the clients", "Naar de opdrachtgevers"),
    # counts
    "count.clients": Text("clients", "opdrachtgevers"),
    "count.clients.one": Text("client", "opdrachtgever"),
    "count.changed": Text("changed", "gewijzigd"),
    "count.unchanged": Text("already current", "al actueel"),
    "count.failed": Text("refused", "geweigerd"),
    "count.attention": Text("need attention", "vragen aandacht"),
    "count.attention.one": Text("needs attention", "vraagt aandacht"),
    # no records
    "empty.title": Text("No clients yet", "Nog geen opdrachtgevers"),
    "empty.text": Text(
        "This page fills itself when workbooks are refreshed. Name a folder with workbooks, or the workbooks:",
        "Deze pagina vult zich zodra werkmappen zijn ververst. Noem een map met werkmappen, of de werkmappen:",
    ),
    "empty.command": Text(
        "clv-xl refresh FOLDER --report portfolio.html", "clv-xl refresh MAP --report portfolio.html"
    ),
    # finding a client
    "tools": Text("Find and sort", "Zoeken en sorteren"),
    "tools.find": Text("Find a client", "Zoek een opdrachtgever"),
    "tools.verdict": Text("Verdict", "Oordeel"),
    "tools.verdict.all": Text("All verdicts", "Alle oordelen"),
    "tools.attention": Text("Needs attention", "Vraagt aandacht"),
    "tools.sort": Text("Sort by", "Sorteer op"),
    "tools.shown": Text("{shown} of {all} clients shown", "{shown} van {all} opdrachtgevers getoond"),
    # groups
    "group.currency": Text("Amounts in {currency}", "Bedragen in {currency}"),
    "group.currency.unknown": Text("Currency not known", "Valuta onbekend"),
    "group.currency.unknown.note": Text(
        "These files do not say their currency, so their amounts are neither added up nor comparable.",
        "Deze bestanden noemen hun valuta niet: de bedragen zijn niet opgeteld en niet vergelijkbaar.",
    ),
    "group.no_conversion": Text(
        "Nothing is converted: each currency has a table of its own.",
        "Er is niets omgerekend: elke valuta heeft een eigen tabel.",
    ),
    "total.revenue": Text("Revenue, {first} to {last}", "Omzet, {first} t/m {last}"),
    "total.revenue_all": Text("Revenue, all orders", "Omzet, alle bestellingen"),
    "total.orders": Text("Orders", "Bestellingen"),
    "total.customers": Text("Customers", "Klanten"),
    "total.new": Text("New customers, {first} to {last}", "Nieuwe klanten, {first} t/m {last}"),
    "basis.margin": Text("gross margin", "brutomarge"),
    "basis.revenue": Text("revenue", "omzet"),
    "basis.none": Text("not known", "onbekend"),
    "basis.margin.title": Text("CLV on gross margin", "CLV op brutomarge"),
    "basis.margin.note": Text("what a customer earns; comparable", "wat een klant oplevert; onderling vergelijkbaar"),
    "basis.revenue.title": Text("CLV on revenue", "CLV op omzet"),
    "basis.revenue.note": Text(
        "margin not known: never compare with CLV on gross margin, which is far lower",
        "marge onbekend: nooit vergelijken met CLV op brutomarge, die veel lager is",
    ),
    "basis.none.title": Text("CLV not known", "CLV onbekend"),
    "basis.none.note": Text("see what is missing", "zie wat ontbreekt"),
    # columns
    "column.client": Text("Client", "Opdrachtgever"),
    "column.clv": Text("CLV", "CLV"),
    "column.basis": Text("Basis", "Basis"),
    "column.change": Text("Change", "Verandering"),
    "column.change.note": Text("since last time", "sinds vorige keer"),
    "column.clv_cac": Text("CLV/CAC", "CLV/CAC"),
    "column.max_cac": Text("Maximum CAC", "Maximale CAC"),
    "column.customers": Text("Customers", "Klanten"),
    "column.order_value": Text("Order value", "Orderwaarde"),
    "column.frequency": Text("Frequency", "Frequentie"),
    "column.frequency.note": Text("orders a year", "per jaar"),
    "column.lifespan": Text("Lifespan", "Levensduur"),
    "column.lifespan.note": Text("years", "jaren"),
    "column.benchmark": Text("Beside industry", "Naast branche"),
    "column.benchmark.note": Text("own / median", "eigen / mediaan"),
    "column.trend": Text("Trend", "Trend"),
    "column.attention": Text("Attention", "Aandacht"),
    "column.verdict": Text("Verdict", "Oordeel"),
    "column.currency": Text("Currency", "Valuta"),
    "column.industry": Text("Industry", "Branche"),
    "column.change_money": Text("Change, money", "Verandering, bedrag"),
    "column.change_share": Text("Change, %", "Verandering, %"),
    "column.compared": Text("Change against", "Verandering t.o.v."),
    "column.cac": Text("CAC", "CAC"),
    "column.benchmark_of": Text("Benchmark of", "Benchmark van"),
    "column.benchmark_median": Text("Published median", "Gepubliceerde mediaan"),
    "column.sources": Text("Sources, tier", "Bronnen, niveau"),
    "column.trend_revenue": Text("Revenue per month", "Omzet per maand"),
    "column.trend_new": Text("New customers per month", "Nieuwe klanten per maand"),
    "column.as_of": Text("As of", "Peildatum"),
    "column.last_date": Text("Last order", "Laatste bestelling"),
    "column.read": Text("Rows read", "Rijen gelezen"),
    "column.dropped": Text("Rows dropped", "Rijen weggelaten"),
    "column.stale": Text("Stale cells", "Verouderde cellen"),
    "column.status": Text("Status", "Status"),
    "column.file": Text("File", "Bestand"),
    "column.sheet": Text("Sheet", "Blad"),
    "column.cell": Text("Cell", "Cel"),
    "column.before": Text("Before", "Was"),
    "column.after": Text("After", "Is nu"),
    "column.reason": Text("Reason", "Reden"),
    "column.error": Text("Kind", "Soort"),
    "column.message": Text("What to do", "Wat te doen"),
    "column.series": Text("Per month", "Per maand"),
    "column.figure": Text("Figure", "Kengetal"),
    "column.own": Text("Own", "Eigen"),
    "column.ratio": Text("Own / median", "Eigen / mediaan"),
    "column.source": Text("Source", "Bron"),
    "column.revenue": Text("Revenue", "Omzet"),
    "column.new": Text("New", "Nieuw"),
    "column.clients": Text("Clients", "Opdrachtgevers"),
    # cells
    "cell.none": Text("-", "-"),
    "cell.cac": Text("CAC now {money}", "CAC nu {money}"),
    "cell.no_ratio": Text("Not known", "Onbekend"),
    "change.first": Text("first time", "eerste keer"),
    "change.basis": Text("other basis before", "eerst andere basis"),
    "change.same": Text("unchanged", "gelijk"),
    "change.up": Text("up", "omhoog"),
    "change.down": Text("down", "omlaag"),
    "compared.refresh": Text("the refresh before, up to {day}", "de vorige verversing, t/m {day}"),
    "compared.shown": Text("what the workbook showed before", "wat de werkmap eerst toonde"),
    "benchmark.order_value": Text("order value", "orderwaarde"),
    "benchmark.clv_cac": Text("CLV/CAC", "CLV/CAC"),
    "benchmark.margin": Text("gross margin", "brutomarge"),
    "benchmark.cac": Text("CAC", "CAC"),
    "benchmark.tier": Text("tier {tier}", "niveau {tier}"),
    "benchmark.currency": Text("only in {currency}: not compared", "alleen in {currency}: niet vergeleken"),
    "benchmark.none": Text("nothing published", "niets gepubliceerd"),
    "benchmark.no_industry": Text("no industry given", "geen branche opgegeven"),
    "benchmark.sources": Text("{n} sources", "{n} bronnen"),
    "benchmark.sources.one": Text("1 source", "1 bron"),
    "benchmark.note": Text(
        "Published medians tell an order of magnitude, not a target. Tier A is a publisher's own data, B secondary or "
        "agency data, C only indicative.",
        "Gepubliceerde medianen geven een orde van grootte, geen doel. Niveau A is eigen data van de uitgever, B "
        "secundair of van een bureau, C alleen indicatief.",
    ),
    # verdicts
    "legend": Text("How to read this", "Zo leest u dit"),
    "legend.change": Text(
        "Change: against the refresh before. Where none is known it is against what the workbook showed, and the "
        "details say so.",
        "Verandering: ten opzichte van de vorige verversing. Is die onbekend, dan van wat de werkmap toonde, en zeggen "
        "de details dat.",
    ),
    "legend.trend": Text(
        "Trend: {first} to {last}, each client on its own scale.", "Trend: {first} t/m {last}, elk op eigen schaal."
    ),
    "legend.trend.revenue": Text("revenue per month", "omzet per maand"),
    "legend.trend.new": Text("new customers per month", "nieuwe klanten per maand"),
    "legend.trend.partial": Text("month not complete", "maand niet compleet"),
    # charts
    "chart.none": Text("no orders in these months", "geen bestellingen in deze maanden"),
    "chart.alt": Text(
        "{first} to {last}. Revenue per month: {revenue}. {series}: {people}.",
        "{first} t/m {last}. Omzet per maand: {revenue}. {series}: {people}.",
    ),
    "chart.alt.range": Text(
        "lowest {low} in {low_month}, highest {high} in {high_month}, last {end}",
        "laagste {low} in {low_month}, hoogste {high} in {high_month}, laatste {end}",
    ),
    "chart.revenue": Text("Revenue per month ({currency})", "Omzet per maand ({currency})"),
    "chart.revenue.unknown": Text("Revenue per month", "Omzet per maand"),
    "chart.customers": Text("Customers who ordered", "Klanten met bestelling"),
    "chart.partial": Text(
        "The last month runs to {day} only (lighter bar).", "De laatste maand loopt pas t/m {day} (lichtere staaf)."
    ),
    "chart.title": Text("Revenue and customers per month", "Omzet en klanten per maand"),
    # attention
    "stale.label": Text("{n} stale cells", "{n} verouderde cellen"),
    "stale.label.one": Text("1 stale cell", "1 verouderde cel"),
    "stale.text": Text(
        "{n} cells could not be recomputed and keep an old value: see the list.",
        "{n} cellen konden niet worden herberekend en houden een oude waarde: zie de lijst.",
    ),
    "stale.text.one": Text(
        "1 cell could not be recomputed and keeps an old value: see the list.",
        "1 cel kon niet worden herberekend en houdt een oude waarde: zie de lijst.",
    ),
    "dropped.label": Text("{n} of {all} rows dropped", "{n} van {all} rijen weggelaten"),
    "dropped.text": Text("Rows left out: {reasons}.", "Weggelaten rijen: {reasons}."),
    "few.label": Text("{n} customers only", "slechts {n} klanten"),
    "few.label.one": Text("1 customer only", "slechts 1 klant"),
    "few.text": Text(
        "With fewer than {limit} customers one of them can move the averages by tens of percent: take the CLV as a "
        "rough guess.",
        "Met minder dan {limit} klanten kan één klant de gemiddelden tientallen procenten verschuiven: neem de CLV als "
        "een ruwe schatting.",
    ),
    "old.label": Text("last order {day}", "laatste bestelling {day}"),
    "old.text": Text(
        "The last order is {n} days before {today}: add newer orders, the figures may be out of date.",
        "De laatste bestelling is {n} dagen vóór {today}: voeg nieuwere bestellingen toe, de cijfers kunnen verouderd "
        "zijn.",
    ),
    "margin.label": Text("no margin", "geen marge"),
    "margin.text": Text(
        "The gross margin is not known, so the CLV is on revenue and says nothing about what a customer may cost.",
        "De brutomarge is onbekend: de CLV is op omzet en zegt niets over wat een klant mag kosten.",
    ),
    "cac.label": Text("no CAC", "geen CAC"),
    "cac.text": Text(
        "The acquisition cost is not known: fill in acquisition spend and new customers for CLV/CAC and its verdict.",
        "De acquisitiekosten zijn onbekend: vul uitgaven en nieuwe klanten in voor CLV/CAC en het oordeel.",
    ),
    "sample.label": Text("sample orders", "voorbeelddata"),
    "sample.text": Text(
        "The orders are those that a new workbook comes with, made up: put the client's own in their place.",
        "De bestellingen zijn de verzonnen voorbeelden van een nieuwe werkmap: zet er die van de opdrachtgever in.",
    ),
    "checks.label": Text("{n} points in the workbook", "{n} aandachtspunten in de werkmap"),
    "checks.label.one": Text("1 point in the workbook", "1 aandachtspunt in de werkmap"),
    "checks.text": Text(
        "The workbook's own checks, on its sheet Checks, ask for attention; a margin or cost may still be a "
        "sample value.",
        "De eigen controles van de werkmap, op het blad Controles, vragen aandacht; een marge of kostenpost kan nog "
        "een voorbeeldwaarde zijn.",
    ),
    "reminder.label": Text("to do in Excel", "te doen in Excel"),
    "reminder.text": Text("To do in Excel: {what}.", "Te doen in Excel: {what}."),
    "remark.label": Text("to know", "om te weten"),
    "no_orders.label": Text("no orders", "geen bestellingen"),
    "no_orders.text": Text("No orders were found. {why}", "Er zijn geen bestellingen gevonden. {why}"),
    # details
    "details.title": Text("Details per client", "Details per opdrachtgever"),
    "details.note": Text(
        "Open a client for its data, changes and charts.", "Open een opdrachtgever voor data en grafiek."
    ),
    "details.figures": Text("Figures", "Kengetallen"),
    "details.benchmarks": Text("Beside the industry: {industry}", "Naast de branche: {industry}"),
    "details.data": Text("Data", "Data"),
    "details.file": Text("File", "Bestand"),
    "details.source": Text("Orders from", "Bestellingen uit"),
    "details.mapping": Text("Columns", "Kolommen"),
    "details.rows": Text("Rows", "Rijen"),
    "details.rows.text": Text(
        "{read} read, {kept} kept, {dropped} dropped", "{read} gelezen, {kept} gebruikt, {dropped} weggelaten"
    ),
    "details.new_rows": Text("New in the table", "Nieuw in de tabel"),
    "details.span": Text("Orders", "Bestellingen"),
    "details.span.text": Text("{first} to {last}", "{first} t/m {last}"),
    "details.as_of": Text("As of", "Peildatum"),
    "details.as_of.text": Text("{day} (before: {before})", "{day} (eerder: {before})"),
    "details.compared": Text("CLV compared with", "CLV vergeleken met"),
    "details.backup": Text("Copy kept", "Kopie bewaard"),
    "details.changes": Text("Changed cells: {n}", "Gewijzigde cellen: {n}"),
    "details.changes.none": Text("No cell changed: already current.", "Geen cel gewijzigd: al actueel."),
    "details.more": Text("and {n} more", "en nog {n}"),
    "details.stale": Text("Stale cells: {n}", "Verouderde cellen: {n}"),
    "details.blank": Text("(blank)", "(leeg)"),
    "back": Text("Back to the table", "Terug naar de tabel"),
    "years": Text("{n} years", "{n} jaar"),
    # refused
    "failed.title": Text("Refused files", "Geweigerde bestanden"),
    "failed.note": Text("These were left exactly as they were.", "Deze zijn precies gelaten zoals ze waren."),
    "skipped": Text(
        "{n} other workbooks hold neither orders nor functions of clv-xl and were skipped: {names}.",
        "{n} andere werkmappen bevatten geen bestellingen en geen functies van clv-xl en zijn overgeslagen: {names}.",
    ),
    "skipped.one": Text(
        "1 other workbook holds neither orders nor functions of clv-xl and was skipped: {names}.",
        "1 andere werkmap bevat geen bestellingen en geen functies van clv-xl en is overgeslagen: {names}.",
    ),
    "status.changed": Text("changed", "gewijzigd"),
    "status.unchanged": Text("already current", "al actueel"),
    "status.failed": Text("refused", "geweigerd"),
    "foot": Text(
        "Made by clv-xl {version}. CLV is an estimate from past orders, not a promise.",
        "Gemaakt door clv-xl {version}. CLV is een schatting uit eerdere bestellingen, geen belofte.",
    ),
    # workbook
    "sheet.portfolio": Text("Portfolio", "Portfolio"),
    "sheet.totals": Text("Totals", "Totalen"),
    "sheet.changes": Text("Changes", "Wijzigingen"),
    "sheet.stale": Text("Stale cells", "Verouderde cellen"),
    "sheet.failed": Text("Refused", "Geweigerd"),
    "sheet.months": Text("Months", "Maanden"),
    "sheet.totals.note": Text(
        "One row a currency; nothing is converted. Customers are counted per client.",
        "Eén rij per valuta; er is niets omgerekend. Klanten zijn per opdrachtgever geteld.",
    ),
    "sheet.changes.note": Text("Cells that show something else now.", "Cellen die nu iets anders tonen."),
    "sheet.stale.note": Text("Cells that keep an old value, and why.", "Cellen die een oude waarde houden, en waarom."),
    "sheet.months.note": Text("The numbers behind the trends.", "De getallen achter de trends."),
    "sheet.portfolio.note": Text(
        "By currency, then basis, then CLV. CLV on revenue and CLV on gross margin are never comparable.",
        "Op valuta, dan basis, dan CLV. CLV op omzet en CLV op brutomarge zijn nooit vergelijkbaar.",
    ),
    "sheet.none": Text("None.", "Geen."),
    "sheet.cut": Text("The first {n} of {all}.", "De eerste {n} van {all}."),
    "print.page": Text("Page", "Pagina"),
}

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
}
