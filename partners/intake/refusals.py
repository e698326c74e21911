"""Why a whole file cannot be read, in both languages. Rows with errors are not refusals; see problems.py."""

from typing import Any

from partners.columns import Said, in_language, said
from portal.kit.errors import Refusal

REFUSALS: dict[str, Said] = {
    "not_found": said("{name} was not found: check the path of the file.", "找不到 {name}：请检查文件路径。"),
    "empty_file": said(
        "{name} is empty: it has 0 bytes. Export it again and check that it holds rows.",
        "{name} 是空文件（0 字节）：请重新导出，并确认其中有数据行。",
    ),
    "only_blank": said(
        "{name} is empty: it holds nothing but blank cells. Export it again and check that it holds rows.",
        "{name} 只有空白内容：请重新导出，并确认其中有数据行。",
    ),
    "too_large": said(
        "{name} is {size} MB; we take up to {limit} MB: split it by date or send it as Parquet.",
        "{name} 为 {size} MB，上限为 {limit} MB：请按日期拆分，或改用 Parquet 格式。",
    ),
    "too_many_columns": said(
        "{name} has {count} columns; we take up to {limit}: leave out the columns you do not need.",
        "{name} 有 {count} 列，上限为 {limit} 列：请去掉不需要的列。",
    ),
    "not_a_table": said(
        "{name} is {what}, not a table: send CSV, XLSX or Parquet.",
        "{name} 不是数据表（{what}）：请发送 CSV、XLSX 或 Parquet 文件。",
    ),
    "web_page": said(
        "{name} is a web page or XML saved under another name: open it in your spreadsheet program and save it as "
        "XLSX or CSV.",
        "{name} 其实是网页或 XML：请用电子表格软件打开后另存为 XLSX 或 CSV。",
    ),
    "damaged": said(
        "{name} is damaged and cannot be opened ({detail}): save it again and send it once more.",
        "{name} 已损坏，无法打开（{detail}）：请重新保存后再发送。",
    ),
    "unpacks_too_large": said(
        "{name} unpacks to {size} MB, more than we take: send the data as CSV or Parquet.",
        "{name} 解压后为 {size} MB，超过上限：请改用 CSV 或 Parquet 格式。",
    ),
    "unpacks_too_much": said(
        "{name} unpacks to {ratio} times its size; we take up to {limit}: send the data as CSV or Parquet.",
        "{name} 解压后是原大小的 {ratio} 倍，上限为 {limit} 倍：请改用 CSV 或 Parquet 格式。",
    ),
    "zip_archive": said(
        "{name} is a ZIP archive, not a spreadsheet: unpack it and send the file inside.",
        "{name} 是压缩包而不是电子表格：请解压后发送其中的文件。",
    ),
    "no_such_row": said(
        "{name} has no row {row} to take the column names from.", "{name} 没有第 {row} 行可作为列名行。"
    ),
    "no_header": said(
        "{name} has no row of column names: row {row} reads {shown}. Add a header row above the data, or name its row "
        "if it is further down.",
        "{name} 没有列名行：第 {row} 行是 {shown}。请在数据上方加一行列名，或指明列名在第几行。",
    ),
    "no_rows": said(
        "The file has a row of column names but no rows below it: it is empty. Export it again with its data.",
        "文件只有列名而没有数据行：请重新导出完整数据。",
    ),
    "too_many_rows": said(
        "The file has {rows} rows or more; we take up to {limit} at a time: split it by date.",
        "文件至少有 {rows} 行，每次最多 {limit} 行：请按日期拆分。",
    ),
    "too_many_cells": said(
        "The file has {rows} rows or more of {width} columns; we take up to {limit} cells at a time: leave out "
        "columns you do not need, or split it by date.",
        "文件至少有 {rows} 行、{width} 列，每次最多 {limit} 个单元格：请去掉不需要的列，或按日期拆分。",
    ),
    "line_too_long": said(
        "One line of the file is longer than {limit} MB: check that it has line ends and that the delimiter is right.",
        "文件中有一行超过 {limit} MB：请检查换行符和分隔符是否正确。",
    ),
    "missing_columns": said(
        "The file has no column we recognise as {fields}. Its columns are: {have}.",
        "文件中没有可识别为 {fields} 的列。现有的列：{have}。",
    ),
    "ask_date_order": said(
        "The dates in column “{column}” (such as {example}) can be read day first or month first: say which.",
        "“{column}”列的日期（例如 {example}）既可理解为日/月，也可理解为月/日：请指明。",
    ),
    "ask_date_orders": said(
        "The dates in {count} columns can be read day first or month first: {asked}. Say which, for each.",
        "有 {count} 列的日期既可理解为日/月，也可理解为月/日：{asked}。请逐列指明。",
    ),
    "ask_decimal": said(
        "The numbers in column “{column}” (such as {example}) can be read as {point}, with a decimal point, or as "
        "{comma}, with a decimal comma: say which the decimal sign is.",
        "“{column}”列的数字（例如 {example}）按小数点读为 {point}，按小数逗号读为 {comma}：请指明小数符号。",
    ),
    "ask_decimals": said(
        "The numbers in {count} columns can be read with a decimal point or with a decimal comma: {asked}. The first "
        "is {point} with a point, {comma} with a comma: say which.",
        "有 {count} 列的数字既可按小数点读，也可按小数逗号读：{asked}。"
        "第一个按小数点为 {point}，按逗号为 {comma}：请指明。",
    ),
    "bad_wish": said(
        "“{wish}” does not say which column: write \"Source column=field\".",
        "“{wish}”没有指明列：请写成“源列名=字段”。",
    ),
    "unknown_field": said(
        "“{field}” is not a field of {kind}: choose one of {fields}.",
        "{kind} 没有字段“{field}”：请从以下字段中选择：{fields}。",
    ),
    "unknown_column": said(
        "The file has no column “{column}”. Its columns are: {have}.", "文件中没有“{column}”列。现有的列：{have}。"
    ),
    "column_twice": said(
        "The file has {count} columns called “{column}”: rename one of them first.",
        "文件中有 {count} 列都叫“{column}”：请先给其中一列改名。",
    ),
    "bad_fix": said(
        "“{fix}” is no fix we understand: write \"column:cause=act:value\", such as \"Price:not_a_number=replace:0\".",
        "无法理解的修正“{fix}”：请写成“列:原因=做法:值”，例如“单价:not_a_number=replace:0”。",
    ),
    "unknown_cause": said(
        "“{cause}” is no kind of problem that can be fixed: choose one of {causes}.",
        "“{cause}”不是可修正的问题：请从以下问题中选择：{causes}。",
    ),
    "unknown_act": said(
        "“{act}” cannot be done about {cause}: choose one of {acts}.",
        "对 {cause} 不能执行“{act}”：请从以下做法中选择：{acts}。",
    ),
    "unknown_how": said(
        "“{how}” is no way to read these cells: choose one of {hows}.",
        "“{how}”不是可用的读法：请从以下读法中选择：{hows}。",
    ),
    "too_many_fixes": said(
        "{count} fixes are more than the {limit} we take: correct the file itself.",
        "修正共 {count} 项，上限为 {limit} 项：请直接更正文件。",
    ),
    "no_words": said(
        "Column “{column}” holds no words with a fixed meaning, so none can be mapped.",
        "“{column}”列没有固定含义的词，无法对应。",
    ),
    "no_such_word": said(
        "“{word}” is no word of column “{column}”: choose one of {words}.",
        "“{column}”列没有“{word}”一词：请从以下词中选择：{words}。",
    ),
}  # fmt: skip


CELLS = ("shown", "example", "point", "comma")
"""The values that stand for cells of the file, which may name a person; the others are names of files and columns."""


class IntakeRefusal(Refusal):
    """Speaks English by itself, with a hint for the command line; `say` gives the sentence in a page's language."""

    def __init__(self, code: str, *, blocks: str = "", hint: str = "", **values: Any) -> None:
        self.code, self.values = code, values
        plain = sentence(code, values, "en")
        super().__init__(f"{plain} {hint}" if hint else plain, blocks=blocks)


def sentence(code: str, values: dict[str, Any], language: str) -> str:
    if len(asked := values.get("columns", {})) > 1:  # one question for all of these columns
        code = f"{code}s"
        values = {
            **values,
            "count": len(asked),
            "asked": ", ".join(f"“{column}” ({seen})" for column, seen in asked.items()),
        }
    return in_language(REFUSALS[code], language).format(**values)


def unquoted(report: dict[str, Any], language: str) -> str:
    """The refusal a report holds, without what stands in the file's cells; empty when there is none."""
    if "code" not in report:
        return str(report.get("refusal") or "")
    values = report["values"]
    hidden: dict[str, Any] = {name: "…" for name in CELLS if name in values}
    if "columns" in values:
        hidden["columns"] = dict.fromkeys(values["columns"], "…")
    return sentence(report["code"], {**values, **hidden}, language)
