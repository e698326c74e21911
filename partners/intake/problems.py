"""What can be wrong with a cell or a row, and how we say it: where, what we saw, what we need."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from partners.columns import Said, in_language, said

if TYPE_CHECKING:  # the web process reads sentences from here and must stay small
    import numpy as np

Level = Literal["error", "warning"]
EXAMPLES = 20


@dataclass(frozen=True)
class Cause:
    """`needed` completes the sentence after the value seen."""

    code: str
    level: Level
    title: Said
    needed: Said


def _cause(code: str, level: Level, title: tuple[str, str], needed: tuple[str, str]) -> Cause:
    return Cause(code, level, said(*title), said(*needed))


CAUSES: dict[str, Cause] = {
    cause.code: cause
    for cause in (
        _cause("missing", "error", ("Nothing where something is needed", "必填内容为空"),
               ("this cell must not be empty", "此单元格不能为空")),
        _cause("not_a_number", "error", ("Not a number", "不是数字"),
               ("write a number such as 1234.50, without words", "请填写数字，例如 1234.50，不要带文字")),
        _cause("not_a_whole_number", "error", ("Not a whole number", "不是整数"),
               ("write a whole number such as 3", "请填写整数，例如 3")),
        _cause("not_a_date", "error", ("Not a date", "不是日期"),
               ("write a date such as 2026-03-14", "请填写日期，例如 2026-03-14")),
        _cause("future_date", "error", ("Date in the future", "日期在未来"),
               ("what has not happened yet cannot be counted: correct the date or leave the row out",
                "尚未发生的事不能计入：请更正日期或删除该行")),
        _cause("ancient_date", "error", ("Date before 1950", "日期早于 1950 年"),
               ("correct the date", "请更正日期")),
        _cause("not_a_boolean", "error", ("Neither yes nor no", "既不是“是”也不是“否”"),
               ("write yes or no, or leave it empty", "请填写是或否，或留空")),
        _cause("unknown_word", "error", ("A word we do not know", "无法识别的词"),
               ("use one of the words this column knows", "请使用该列可识别的词")),
        _cause("read_as_other", "warning", ("A kind we do not know, read as “other”", "未知类型，按“其他”处理"),
               ("use call, email, visit, meeting, ticket, complaint or quote to keep them apart",
                "如需区分，请使用电话、邮件、拜访、会议、工单、投诉或报价")),
        _cause("mangled_number", "error", ("Number shortened by a spreadsheet", "被电子表格缩写的编号"),
               ("its digits are lost: format the column as text and export it again",
                "数字已丢失：请将该列设为文本格式后重新导出")),
        _cause("too_long", "error", ("Too long", "过长"), ("at most 120 characters", "最多 120 个字符")),
        _cause("out_of_range", "error", ("Out of range", "超出范围"),
               ("write a number from -1 to 1", "请填写 -1 到 1 之间的数字")),
        _cause("ends_before_start", "error", ("Ends before it starts", "结束早于开始"),
               ("correct one of the two dates", "请更正其中一个日期")),
        _cause("too_few_columns", "error", ("Too few columns in the row", "该行列数不足"),
               ("every row needs as many cells as the header", "每行的单元格数须与表头一致")),
        _cause("too_many_columns", "error", ("Too many columns in the row", "该行列数过多"),
               ("put cells that hold the delimiter in quotes", "含分隔符的单元格请加引号")),
        _cause("unterminated_quote", "error", ("A quotation mark that is never closed", "引号未闭合"),
               ("close the quotation mark or remove it", "请补全或删除引号")),
        _cause("duplicate_key", "error", ("The same key twice, with different values", "同一编号重复且内容不同"),
               ("keep one of the rows", "请只保留其中一行")),
        _cause("duplicate_row", "warning", ("The same row twice", "重复行"),
               ("it is taken once", "只计入一次")),
        _cause("no_customer", "warning", ("No customer", "没有客户"),
               ("the row cannot be given to anybody and is left out", "该行无法归属任何客户，已略过")),
        _cause("totals_row", "warning", ("A totals row", "合计行"), ("it is left out", "已略过")),
        _cause("note_line", "warning", ("A line of text outside the table", "表格之外的文字行"),
               ("it is left out", "已略过")),
        _cause("blank_row", "warning", ("An empty row", "空行"), ("it is left out", "已略过")),
    )
}  # fmt: skip


@dataclass
class Group:
    """All problems of one cause in one column."""

    cause: str
    source: str
    field: str
    count: int = 0
    examples: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "cause": self.cause,
            "level": CAUSES[self.cause].level,
            "column": self.source,
            "field": self.field,
            "count": self.count,
            "examples": self.examples,
        }


class Problems:
    """Collects problems while the file streams by: groups with examples in memory, every single one on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._groups: dict[tuple[str, str], Group] = {}
        self._writer: Any = None
        self.counts: dict[str, int] = defaultdict(int)

    def add(self, cause: str, source: str, name: str, rows: np.ndarray, values: Sequence[str | None]) -> None:
        if len(rows) == 0:
            return
        group = self._groups.setdefault((cause, source), Group(cause, source, name))
        group.count += len(rows)
        room = EXAMPLES - len(group.examples)
        for row, value in zip(rows[:room], values[:room], strict=True):
            group.examples.append({"row": int(row), "value": (value or "")[:120]})
        self.counts[CAUSES[cause].level] += len(rows)
        if cause != "blank_row":
            self._write(cause, source, name, rows, values)

    def _write(self, cause: str, source: str, name: str, rows: np.ndarray, values: Sequence[str | None]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table(
            {
                "row": pa.array(rows, pa.int64()),
                "column": pa.array([source] * len(rows), pa.string()),
                "field": pa.array([name] * len(rows), pa.string()),
                "cause": pa.array([cause] * len(rows), pa.string()),
                "level": pa.array([CAUSES[cause].level] * len(rows), pa.string()),
                "value": pa.array(values, pa.string()),
            }
        )
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema)
        self._writer.write_table(table)

    def groups(self) -> list[Group]:
        """Errors first, most frequent first, then in the order of the file."""
        rank = {"error": 0, "warning": 1}
        return sorted(
            self._groups.values(),
            key=lambda group: (rank[CAUSES[group.cause].level], -group.count, group.examples[0]["row"]),
        )

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def unquoted(group: dict[str, Any]) -> dict[str, Any]:
    """The same problems without what stands in the cells, which may name a person."""
    return {**group, "examples": [{**one, "value": ""} for one in group["examples"]]}


def sentence(group: dict[str, Any], language: str = "en") -> str:
    """The first example of a group as a sentence: row 17, column “Price”: “abc”: not a number; write …"""
    cause = CAUSES[group["cause"]]
    first = group["examples"][0]
    title, needed = in_language(cause.title, language), in_language(cause.needed, language)
    if language.lower().startswith("zh"):
        place = f"第 {first['row']} 行" + (f"，“{group['column']}”列" if group["column"] else "")
        seen = f"“{first['value']}”：" if first["value"] else ""
        return f"{place}：{seen}{title}；{needed}。"
    place = f"Row {first['row']}" + (f", column “{group['column']}”" if group["column"] else "")
    seen = f"“{first['value']}”: " if first["value"] else ""
    return f"{place}: {seen}{title[0].lower()}{title[1:]}; {needed}."
