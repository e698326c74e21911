"""What a person should know about an upload though nothing is wrong: rows left out, columns ignored or only likely."""

from typing import Any

from partners.columns import TABLES, in_language
from partners.intake.causes import known


def notes(kind: str, mapping: dict[str, Any], report: dict[str, Any], language: str) -> list[str]:
    """Sentences in the language, from the stored mapping and report."""
    chinese = language.lower().startswith("zh")
    said = []
    for group in report.get("groups", []):
        title = in_language(known(group["cause"]).title, language)
        rows = ", ".join(str(example["row"]) for example in group["examples"][:3])
        more = ("等" if chinese else ", …") if group["count"] > 3 else ""
        column = group["column"]
        place = (f"（“{column}”列）" if chinese else f" in column “{column}”") if column else ""
        said.append(
            f"{title}{place}：{group['count']:,} 行（第 {rows} 行{more}）。"
            if chinese
            else f"{title}{place}: {group['count']:,} rows (row {rows}{more})."
        )
    return said + _columns(kind, mapping, chinese)


def _columns(kind: str, mapping: dict[str, Any], chinese: bool) -> list[str]:
    matches = [match for match in mapping.get("matches", []) if match["source"].strip()]
    telling = [match["source"] for match in matches if match["why"] == "tells_outcome" and match["role"] == "ignored"]
    ignored = [match["source"] for match in matches if match["role"] in ("ignored", "suggested") and not match["why"]]
    likely = [match for match in matches if match["role"] == "suggested"]
    said = []
    if ignored:
        listed = ("、" if chinese else ", ").join(ignored[:20])
        said.append(f"以下列未使用：{listed}。" if chinese else f"Columns not used: {listed}.")
    if telling:
        listed = ("、" if chinese else ", ").join(telling)
        said.append(
            f"以下列直接说明客户是否离开，未作为属性使用：{listed}。"
            if chinese
            else f"Columns left out because they tell the outcome itself: {listed}."
        )
    for match in likely:
        label = in_language(TABLES[kind][match["field"]].label, "zh-hans" if chinese else "en")
        said.append(
            f"“{match['source']}”可能是“{label}”（{match['field']}）；如是，请指定。"
            if chinese
            else f"“{match['source']}” may be “{label}” ({match['field']}): name it if so."
        )
    return said + _worthless(kind, matches, chinese)


def _worthless(kind: str, matches: list[dict[str, Any]], chinese: bool) -> list[str]:
    fields = {match["field"] for match in matches if match["role"] == "field"}
    if kind != "orders" or not fields or fields & {"price", "amount"}:
        return []
    if chinese:
        return ["没有单价也没有金额：客户价值将无法得知，名单只能按概率排序。"]
    return ["No price and no amount: what customers spend stays unknown, and lists can only follow the chance."]
