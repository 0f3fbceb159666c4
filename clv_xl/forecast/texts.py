"""The words of a forecast. A purchase is a day with an order; for BG/BB a period with one."""

from __future__ import annotations

from clv_xl.terms import Text

TEXTS = {
    "title": Text("What customers will bring", "Wat klanten gaan opleveren"),
    "page": Text("Page", "Pagina"),
    # sheets
    "sheet.summary": Text("Summary", "Samenvatting"),
    "sheet.customers": Text("Customers", "Klanten"),
    "sheet.tracking": Text("Tracking", "Verloop"),
    "sheet.calibration": Text("Calibration", "Toetsing"),
    "sheet.alive": Text("P(alive)", "P(actief)"),
    # the answer
    "answer": Text(
        "In the next {horizon}, up to {until}, {customers} {are} expected to make {purchases}, worth {value} {basis}.",
        "In de komende {horizon}, tot en met {until}, {are} {customers} naar verwachting {purchases}, goed voor "
        "{value} {basis}.",
    ),
    "basis.revenue": Text("of revenue", "aan omzet"),
    "basis.margin": Text("of margin", "aan marge"),
    "span": Text("Orders from {first} to {last}", "Bestellingen van {first} t/m {last}"),
    "span.seen": Text("{span}; customers watched up to {end}", "{span}; klanten gevolgd t/m {end}"),
    "purchase.day": Text(
        "A purchase is a day with an order; the first day of a customer is no repeat purchase.",
        "Een aankoop is een dag met een bestelling; de eerste dag van een klant is geen herhaalaankoop.",
    ),
    "purchase.period": Text(
        "A purchase is a calendar {unit} with an order; only periods that are over count.",
        "Een aankoop is een kalender{unit} met een bestelling; alleen perioden die voorbij zijn tellen mee.",
    ),
    # totals
    "totals": Text("Totals of the next {horizon}", "Totalen van de komende {horizon}"),
    "totals.expected": Text("Expected", "Verwacht"),
    "totals.low": Text("Low", "Laag"),
    "totals.high": Text("High", "Hoog"),
    "totals.means": Text("What it means", "Wat het betekent"),
    "total.purchases": Text("Purchases of all customers", "Aankopen van alle klanten"),
    "total.purchases.note": Text(
        "what happens lies between these with {level} probability: parameters and chance",
        "wat er gebeurt ligt hiertussen met {level} kans: parameters en toeval",
    ),
    "total.mean": Text("The expectation itself", "De verwachting zelf"),
    "total.mean.note": Text(
        "how well the orders tell it: parameters only, without chance",
        "hoe goed de bestellingen die bepalen: alleen parameters, zonder toeval",
    ),
    "total.value": Text("Predicted value", "Voorspelde waarde"),
    "total.active": Text("Customers still active", "Klanten die nog actief zijn"),
    "total.active.note": Text("the sum of P(alive), of {count} customers", "de som van P(actief), van {count} klanten"),
    "told.purchases": Text("Expected purchases in the next {horizon}", "Verwachte aankopen in de komende {horizon}"),
    "told.likely": Text(
        "{expected}; of all customers together likely between {low} and {high} ({level})",
        "{expected}; van alle klanten samen waarschijnlijk tussen {low} en {high} ({level})",
    ),
    "told.mean": Text(
        "The expectation itself lies between {low} and {high}: parameters only, without chance",
        "De verwachting zelf ligt tussen {low} en {high}: alleen parameters, zonder toeval",
    ),
    "told.active": Text(
        "Customers still active: {active} of {count} (the sum of P(alive))",
        "Klanten die nog actief zijn: {active} van {count} (de som van P(actief))",
    ),
    "value.revenue": Text("Value is revenue: no margin was given", "Waarde is omzet: er is geen marge gegeven"),
    "value.margin": Text("Value is margin: {margin} of revenue", "Waarde is marge: {margin} van de omzet"),
    "value.plain": Text("not discounted", "niet gedisconteerd"),
    "value.discounted": Text("discounted at {rate} a year to {end}", "gedisconteerd met {rate} per jaar naar {end}"),
    "level": Text(
        "In brackets: what happens lies between these with {level} probability; wide, as chance rules one person.",
        "Tussen haakjes: wat er gebeurt ligt hiertussen met {level} kans; breed, want over één klant gaat het toeval.",
    ),
    # models
    "models": Text("Models compared", "Modellen vergeleken"),
    "model": Text("Model", "Model"),
    "model.loglik": Text("Log-\nlikelihood", "Log-\nlikelihood"),
    "model.bic": Text("BIC", "BIC"),
    "model.expected": Text("Holdout\nexpected", "Toets\nverwacht"),
    "model.actual": Text("Holdout\nactual", "Toets\nwerkelijk"),
    "model.error": Text("Error per\ncustomer", "Fout per\nklant"),
    "model.verdict": Text("Verdict", "Oordeel"),
    "model.used": Text("used", "gebruikt"),
    "chosen": Text("Used", "Gebruikt"),
    "models.note": Text(
        "Lower BIC is better. Holdout: fitted to the first two thirds of the time, held against the purchases of the "
        "last {duration}; the error is the mean miss per customer.",
        "Lagere BIC is beter. Toets: geschat op de eerste twee derde van de tijd, naast de aankopen van de laatste "
        "{duration}; de fout is het gemiddelde verschil per klant.",
    ),
    "models.untested": Text(
        "Lower BIC is better. The orders are too few or of too short a time for a holdout.",
        "Lagere BIC is beter. De bestellingen zijn te weinig of van te korte tijd voor een toets.",
    ),
    # parameters
    "parameters": Text("Parameters of {model}, time in {unit}", "Parameters van {model}, tijd in {unit}"),
    "parameter": Text("Parameter", "Parameter"),
    "parameter.estimate": Text("Estimate", "Schatting"),
    "parameter.low": Text("95 % low", "95 % laag"),
    "parameter.high": Text("95 % high", "95 % hoog"),
    "parameter.unknown": Text("not told by the data", "blijkt niet uit de data"),
    "spend": Text("Spend per purchase: Gamma-Gamma", "Besteding per aankoop: Gamma-Gamma"),
    # doubts and rows
    "doubts": Text("Doubts", "Twijfels"),
    "doubts.none": Text("None that the data show.", "Geen die uit de data blijken."),
    "ledger": Text("Rows of {source}", "Rijen van {source}"),
    "orders": Text("Orders", "Bestellingen"),
    "top": Text("Top {count} customers by predicted value", "Top {count} klanten naar voorspelde waarde"),
    "written": Text("Written: {path}", "Geschreven: {path}"),
    "top.orders": Text("Orders", "Best."),
    "top.last": Text("Last order", "Laatste"),
    "top.alive": Text("P(alive)", "P(actief)"),
    "top.purchases": Text("Purchases", "Aankopen"),
    "top.value": Text("Value", "Waarde"),
    # customers
    "customer": Text("Customer", "Klant"),
    "orders_count": Text("Orders", "Bestellingen"),
    "spend_total": Text("Spend", "Besteed"),
    "first_order": Text("First order", "Eerste bestelling"),
    "last_order": Text("Last order", "Laatste bestelling"),
    "frequency": Text("Frequency", "Frequentie"),
    "recency": Text("Recency, {unit}", "Recentheid, {unit}"),
    "T": Text("T, {unit}", "T, {unit}"),
    "probability_alive": Text("P(alive)", "P(actief)"),
    "expected_purchases": Text("Expected purchases", "Verwachte aankopen"),
    "expected_purchases_low": Text("Purchases, low", "Aankopen, laag"),
    "expected_purchases_high": Text("Purchases, high", "Aankopen, hoog"),
    "expected_spend": Text("Spend per purchase", "Besteding per aankoop"),
    "predicted_value": Text("Predicted value", "Voorspelde waarde"),
    "predicted_value_low": Text("Value, low", "Waarde, laag"),
    "predicted_value_high": Text("Value, high", "Waarde, hoog"),
    "rank": Text("Rank", "Rang"),
    # charts
    "actual": Text("Actual", "Werkelijk"),
    "expected": Text("Expected", "Verwacht"),
    "until": Text("Up to", "Tot en met"),
    "per": Text("{series} per {unit}", "{series} per {unit}"),
    "cumulative": Text("{series}, cumulative", "{series}, cumulatief"),
    "repeats": Text("Repeat purchases", "Herhaalaankopen"),
    "customers": Text("Customers", "Klanten"),
    "per_customer": Text("Purchases per customer", "Aankopen per klant"),
    "per_customer.of": Text("{series} per customer", "{series} per klant"),
    "bought.before": Text("Repeat purchases in the calibration", "Herhaalaankopen in de kalibratie"),
    "tracking.title": Text(
        "{model} expects {expected} repeat purchases over all this time; {actual} were made",
        "{model} verwacht {expected} herhaalaankopen over al die tijd; het werden er {actual}",
    ),
    "incremental.title": Text(
        "What the model does not know: seasons, campaigns and chance, {unit} by {unit}",
        "Wat het model niet weet: seizoenen, acties en toeval, {unit} na {unit}",
    ),
    "counts.title": Text(
        "{actual} of {count} customers never bought again; {model} expects {expected}",
        "{actual} van {count} klanten kochten nooit opnieuw; {model} verwacht {expected}",
    ),
    "counts.title.one": Text(
        "{actual} of {count} customers never bought again; {model} expects {expected}",
        "{actual} van {count} klanten kocht nooit opnieuw; {model} verwacht {expected}",
    ),
    "holdout.title": Text(
        "In the last {duration}, fitted without them: {actual} purchases, {expected} expected",
        "In de laatste {duration}, geschat zonder die tijd: {actual} aankopen, {expected} verwacht",
    ),
    "alive.title.one": Text(
        "{gone} of {count} customers has probably left: P(alive) below 0.5",
        "{gone} van {count} klanten is waarschijnlijk weg: P(actief) onder 0,5",
    ),
    "alive.title": Text(
        "{gone} of {count} customers have probably left: P(alive) below 0.5",
        "{gone} van {count} klanten zijn waarschijnlijk weg: P(actief) onder 0,5",
    ),
    "tracking.note": Text(
        "Repeat purchases of all customers, per {unit} and added up. Where the lines part for long, the model misses "
        "something that still goes on.",
        "Herhaalaankopen van alle klanten, per {unit} en opgeteld. Lopen de lijnen lang uiteen, dan mist het model "
        "iets dat nog doorgaat.",
    ),
    "calibration.title": Text("Customers by repeat purchases", "Klanten naar herhaalaankopen"),
    "calibration.note": Text(
        "How many customers made so many repeat purchases, beside what the model expects of customers known so long.",
        "Hoeveel klanten zoveel herhaalaankopen deden, naast wat het model verwacht van klanten die zo lang bekend "
        "zijn.",
    ),
    "alive.note": Text(
        "The chance that a customer has not left, by tenths. Who bought often and then stopped has a low one.",
        "De kans dat een klant niet weg is, in tienden. Wie vaak kocht en toen ophield, heeft een lage.",
    ),
    "alt.lines": Text(
        "Line chart by {unit}, from {first} to {last}: {actual} actual and {expected} expected at the end.",
        "Lijngrafiek per {unit}, van {first} t/m {last}: {actual} werkelijk en {expected} verwacht aan het eind.",
    ),
    "alt.columns": Text(
        "Column chart of actual and expected, for 0 to 7 or more repeat purchases: actual {actual}; expected "
        "{expected}.",
        "Kolomgrafiek van werkelijk en verwacht, voor 0 tot 7 of meer herhaalaankopen: werkelijk {actual}; verwacht "
        "{expected}.",
    ),
    "alt.alive": Text(
        "Column chart of customers by P(alive), from 0 to 1 by tenths: {counts}.",
        "Kolomgrafiek van klanten naar P(actief), van 0 tot 1 in tienden: {counts}.",
    ),
    # refusals
    "too_many": Text(
        "{count} customers are more than a sheet has rows ({most}): write .csv or .parquet.",
        "{count} klanten zijn meer dan een blad rijen heeft ({most}): schrijf .csv of .parquet.",
    ),
}


def say(language: str, key: str, **values: object) -> str:
    """A text by key, with its values."""
    text = TEXTS[key][language]
    return text.format(**values) if values else text
