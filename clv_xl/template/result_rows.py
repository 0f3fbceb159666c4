"""The results by section, each with how it is computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One row: the name of its cell, the function and its inputs, the arguments first; `also` must hold besides.

    A result without a function is a formula of names, or one of several that is known. `own` is the formula of an
    own figure that goes first, with the name that must be a number for it; `told` gives it as text besides.
    """

    name: str
    kind: str
    function: str
    inputs: str
    also: str = ""
    own: tuple[str, str] | None = None
    told: bool = False


_SEEN = "AND(churned>once,watched>=customers-watched)"
"""When those who left tell the lifespan: some did who came back first, and of most customers it would have shown."""

_REPEATS = "MAX(0,purchases-customers)/MAX(durations,customers/days_per_year)"
_LATER = "IF(COUNT(repeat_per_year)=1,repeat_per_year*margin_per_order,value_per_year*margin)"
_LEFT = "IF(COUNT(repeat_per_year)=1,MAX(0,cac_now-margin_per_order),cac_now)"
_OWN_VALUE = ("own_value", "own_value*periods_per_year")
_BREAK_EVEN = "cac_now*(1+discount)/(margin_per_year+cac_now)"
_NEEDED = "AND(cac_now>0,margin_per_year>0,cac_now*discount<=margin_per_year)"

SECTIONS: dict[str, tuple[Result, ...]] = {
    "results.orders_section": (
        Result("order_value", "money", "AOV", "revenue,purchases", own=("own_order_value", "own_order_value")),
        Result(
            "repeat_per_year", "rate", _REPEATS, "purchases,customers,durations", "COUNT(own_frequency,own_value)=0"
        ),
        Result("orders_seen", "rate", "PURCHASE_FREQUENCY", "purchases,customers,years"),
        Result("orders_per_year", "rate", "", "orders_seen"),
        Result("value_per_year", "money", "CUSTOMER_VALUE", "order_value,orders_per_year", own=_OWN_VALUE),
        Result("customers_per_year", "count", "customers/MAX(1,years)", "customers,years"),
        Result("repeat_share", "share", "", ""),
    ),
    "results.lifespan_section": (
        Result("lifespan_so_far", "one", "LIFESPAN", "durations,customers"),
        Result("lifespan_corrected", "one", "LIFESPAN_EXPOSURE", "exposure,churned,once,watched,customers", _SEEN),
        Result("lifespan_used", "one", "", "own_lifespan,lifespan_corrected,lifespan_so_far"),
        Result("retention_per_year", "share", "EXP(-1/lifespan_used)", "lifespan_used"),
        Result("active_share", "share", "1-churned/customers", "churned,customers"),
    ),
    "results.clv_section": (
        Result("clv_revenue", "money", "CLV", "value_per_year,1,lifespan_used", told=True),
        Result("clv_margin", "money", "CLV", "value_per_year,1,lifespan_used,margin", told=True),
        Result("clv_present", "money", "CLV", "value_per_year,1,lifespan_used,margin,discount"),
        Result("margin_per_order", "money", "order_value*margin", "order_value,margin"),
        Result(
            "lifetime_multiple",
            "rate",
            "clv_margin/margin_per_order",
            "clv_margin,margin_per_order",
            "margin_per_order>0",
        ),
        Result("historic_revenue", "money", "revenue/customers", "revenue,customers"),
        Result("historic_margin", "money", "historic_revenue*margin", "historic_revenue,margin"),
        Result("predicted_total", "round", "", ""),
        Result("predicted_each", "money", "", "predicted_total"),
    ),
    "results.cac_section": (
        Result("cac_ceiling", "money", "MAX_CAC", "clv_margin,target_ratio", told=True),
        Result("cac_now", "money", "CAC", "spend,new_customers", told=True),
        Result("ratio_now", "rate", "CLV_CAC", "clv_margin,cac_now", "cac_now>0"),
        Result("verdict", "", "CLV_CAC_STATUS", "ratio_now"),
        Result("margin_per_year", "money", "value_per_year*margin", "value_per_year,margin"),
        Result("later_margin", "money", _LATER, "value_per_year,margin"),
        Result("margin_per_month", "money", "later_margin/12", "later_margin"),
        Result("cac_left", "money", _LEFT, "cac_now,later_margin"),
        Result("payback_months", "one", "CAC_PAYBACK", "cac_left,margin_per_month,lifespan_used", "margin_per_month>0"),
        Result("orders_to_earn_back", "one", "BREAKEVEN_ORDERS", "cac_now,margin_per_order", "margin_per_order>0"),
        Result("retention_needed", "share", _BREAK_EVEN, "margin_per_year,cac_now,discount", _NEEDED),
    ),
    "results.period_section": (
        Result("value_per_period", "money", "value_per_year/periods_per_year", "value_per_year"),
        Result("lifespan_periods", "one", "lifespan_used*periods_per_year", "lifespan_used"),
        Result("clv_period", "money", "value_per_period*lifespan_periods", "value_per_period,lifespan_periods"),
        Result("frequency_per_period", "rate", "orders_per_year/periods_per_year", "orders_per_year"),
        Result("churn_per_period", "share", "1-EXP(-1/lifespan_periods)", "lifespan_periods"),
    ),
}
