"""Every fact once more in plain pandas, row by row, to hold the engine's results against."""

import numpy as np
import pandas as pd


def week(when):
    return when.dt.to_period("W-SUN").dt.start_time


def told(frame, columns):
    return frame[list(columns)].fillna("(none)")


def count(frame, keys, **sums):
    """Group by `keys`, nulls included; a sum over nothing but nulls is null."""
    grouped = frame.assign(n=1).groupby(keys, dropna=False, observed=True)
    result = grouped[["n"]].sum()
    for name in sums:
        result[name] = grouped[sums[name]].sum(min_count=0 if name == "n_amount" else 1)
    return result.reset_index().sort_values(keys, ignore_index=True)


def deals_at(tables, until):
    deals, until = tables["opportunities"], pd.Timestamp(until)
    deals = deals[~(deals["created_on"] >= until)].copy()
    deals["closed"] = deals["outcome"].isin(["won", "lost"]) & ~(deals["closed_on"] >= until)
    deals["outcome"] = deals["outcome"].where(deals["closed"], "open")
    deals["closed_on"] = deals["closed_on"].where(deals["closed"])
    last = until - pd.Timedelta("1D")
    end = deals["closed_on"].where(deals["closed"], last)
    deals["days"] = (end.dt.normalize() - deals["created_on"].dt.normalize()).dt.days
    deals["created_week"], deals["closed_week"] = (
        week(deals["created_on"]),
        week(deals["closed_on"]),
    )
    deals["priced"] = (deals["amount"] > 0).astype(int)
    return deals


def deal_flow(tables, until, by=()):
    deals = deals_at(tables, until)
    deals[list(by)] = told(deals, by)
    keys = [*by, "created_week", "closed_week", "outcome"]
    return count(deals, keys, amount="amount", n_amount="priced")


def deal_days(tables, until, by=()):
    deals = deals_at(tables, until)
    deals[list(by)] = told(deals, by)
    return count(deals, [*by, "outcome", "closed_week", "days"])


def won_by_day(tables, until, by=()):
    deals = deals_at(tables, until)
    won = deals[deals["outcome"] == "won"].assign(closed_on=lambda d: d["closed_on"].dt.normalize())
    won[list(by)] = told(won, by)
    return count(won, [*by, "closed_on"], amount="amount", n_amount="priced")


def losses(tables, until, by=()):
    deals = deals_at(tables, until)
    deals = deals[deals["outcome"] == "lost"].assign(reason=lambda d: d["loss_reason"])
    deals[[*by, "reason"]] = told(deals, [*by, "reason"])
    return count(deals, [*by, "closed_week", "reason"], amount="amount")


def stale_deals(tables, until, limit=20):
    deals = deals_at(tables, until)
    longest = deals.loc[deals["closed"], "days"].max()
    stale = deals[~deals["closed"] & (deals["days"] > longest)]
    order = ["amount", "days", "opportunity_id"]
    top = stale.sort_values(order, ascending=[False, False, True]).head(limit)
    return top, len(stale), stale["amount"].sum(min_count=1), longest


def leads_at(tables, until):
    leads = tables["leads"]
    return leads[~(leads["created_on"] >= pd.Timestamp(until))].copy()


def lead_flow(tables, until, by=()):
    leads, deals = leads_at(tables, until), deals_at(tables, until)
    leads[list(by)] = told(leads, by)
    leads["created_week"] = week(leads["created_on"])
    dates = {"mql": "mql_on", "accepted": "accepted_on", "rejected": "rejected_on", "sql": "sql_on"}
    parts = [leads.assign(stage="inquiry", reached_week=leads["created_week"])]
    for stage, column in dates.items():
        reached = leads[leads[column] < pd.Timestamp(until)]
        parts.append(reached.assign(stage=stage, reached_week=week(reached[column])))
    won = deals[deals["outcome"] == "won"]
    for stage, some, column in (("opportunity", deals, "created_on"), ("won", won, "closed_on")):
        first = some.groupby("lead_id")[column].min()
        reached = leads[leads["lead_id"].isin(first.index)]
        parts.append(reached.assign(stage=stage, reached_week=week(reached["lead_id"].map(first))))
    return count(pd.concat(parts), [*by, "stage", "created_week", "reached_week"])


def touch_hours(tables, until, by=()):
    leads = leads_at(tables, until)
    leads = leads[leads["mql_on"] < pd.Timestamp(until)].copy()
    leads[list(by)] = told(leads, by)
    touched = leads["first_touch_at"].where(leads["first_touch_at"] < pd.Timestamp(until))
    leads["mql_week"] = week(leads["mql_on"])
    leads["hours"] = np.floor((touched - leads["mql_on"]) / pd.Timedelta("6min")) / 10
    return count(leads, [*by, "mql_week", "hours"])


def rejections(tables, until, by=()):
    leads = leads_at(tables, until)
    leads = leads[leads["rejected_on"] < pd.Timestamp(until)].copy()
    leads["reason"] = leads["rejection_reason"]
    leads[[*by, "reason"]] = told(leads, [*by, "reason"])
    leads["rejected_week"] = week(leads["rejected_on"])
    return count(leads, [*by, "rejected_week", "reason"])


def responses(tables, until, by=()):
    answers = tables["responses"]
    answers = answers[~(answers["responded_at"] >= pd.Timestamp(until))].copy()
    campaigns = tables["campaigns"].rename(columns={"channel": "source"})
    answers = answers.merge(campaigns[["campaign_id", *by]], on="campaign_id", how="left")
    answers[list(by)] = told(answers, by)
    answers["responded_week"] = week(answers["responded_at"])
    return count(answers, [*by, "responded_week"])


def spend(tables, until, by=()):
    """Spread each campaign day by day in a plain loop."""
    rows = []
    last_known = pd.Timestamp(until) - pd.Timedelta("1D")
    campaigns = tables["campaigns"].rename(columns={"channel": "source"})
    for campaign in campaigns.to_dict("records"):
        first, last = campaign["starts_on"].normalize(), campaign["ends_on"]
        if pd.isna(last):
            if campaign["status"] == "planned":
                continue
            last = last_known
        days = pd.date_range(first, min(max(last.normalize(), first), last_known))
        dims = ["(none)" if pd.isna(campaign[dim]) else campaign[dim] for dim in by]
        rows += [[*dims, day, campaign["cost"] / len(days)] for day in days]
    frame = pd.DataFrame(rows, columns=[*by, "week", "cost"])
    frame["week"] = week(pd.to_datetime(frame["week"]))
    frame["cost"] = frame["cost"].astype(float)
    return frame.groupby([*by, "week"])["cost"].sum(min_count=1).reset_index()


def campaign_results(tables, until):
    leads = leads_at(tables, until)
    answers = tables["responses"]
    answers = answers[~(answers["responded_at"] >= pd.Timestamp(until))]
    result = tables["campaigns"].sort_values(["starts_on", "campaign_id"], ignore_index=True)
    some = {
        "responses": answers,
        "leads": leads,
        "mqls": leads[leads["mql_on"] < pd.Timestamp(until)],
        "sqls": leads[leads["sql_on"] < pd.Timestamp(until)],
    }
    for name, rows in some.items():
        result[name] = result["campaign_id"].map(rows["campaign_id"].value_counts()).fillna(0)
    return result
