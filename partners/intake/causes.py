"""Everything that can be wrong with a cell, a row or a file's rows together, in words, and what may be done about it.

An error keeps its row out until it is fixed; a warning leaves the row in, or says why it was left out.
"""

from dataclasses import dataclass
from typing import Literal

from partners.columns import Said, said

Level = Literal["error", "warning"]

SKIP, REPLACE, PARSE, FIRST, LAST, ACCEPT = ACTS = ("skip", "replace", "parse", "first", "last", "accept")
CELL, READ = (SKIP, REPLACE), (SKIP, REPLACE, PARSE)


@dataclass(frozen=True)
class Cause:
    """`needed` completes the sentence after the value seen; `acts` are the fixes that make sense for a whole group."""

    code: str
    level: Level
    title: Said
    needed: Said
    acts: tuple[str, ...] = ()


def _error(code: str, title: tuple[str, str], needed: tuple[str, str], acts: tuple[str, ...] = CELL) -> Cause:
    return Cause(code, "error", said(*title), said(*needed), acts)


def _warning(code: str, title: tuple[str, str], needed: tuple[str, str], acts: tuple[str, ...] = ()) -> Cause:
    return Cause(code, "warning", said(*title), said(*needed), acts)


CELLS = (
    _error("missing", ("Nothing where something is needed", "必填内容为空"),
           ("this cell must not be empty", "此单元格不能为空")),
    _error("not_a_number", ("Not a number", "不是数字"),
           ("write a number such as 1234.50, without words", "请填写数字，例如 1234.50，不要带文字"), READ),
    _error("not_a_whole_number", ("Not a whole number", "不是整数"),
           ("write a whole number such as 3", "请填写整数，例如 3"), READ),
    _error("date_in_number", ("A date or a time where a number belongs", "应为数字，却是日期或时间"),
           ("a spreadsheet may have turned the number into a date: write the number",
            "可能是电子表格把数字变成了日期：请填写数字")),
    _error("number_too_large", ("A number too large to be true", "数字过大"),
           ("a code may stand in the wrong column: write a number below one million millions",
            "可能是编号填错了列：请填写小于一万亿的数字")),
    _error("negative_number", ("A negative number", "负数"),
           ("write a number of zero or more", "请填写零或更大的数字"), (SKIP, REPLACE, ACCEPT)),
    _error("not_a_date", ("Not a date", "不是日期"),
           ("write a date such as 2026-03-14", "请填写日期，例如 2026-03-14"), READ),
    _error("impossible_date", ("A day that does not exist", "不存在的日期"),
           ("the calendar has no such day: correct the date", "日历上没有这一天：请更正日期"), READ),
    _error("future_date", ("Date in the future", "日期在未来"),
           ("what has not happened yet cannot be counted: correct the date or leave the row out",
            "尚未发生的事不能计入：请更正日期或删除该行"), READ),
    _error("ancient_date", ("Date before 1950", "日期早于 1950 年"),
           ("correct the date", "请更正日期"), (SKIP, REPLACE, PARSE, ACCEPT)),
    _error("not_a_boolean", ("Neither yes nor no", "既不是“是”也不是“否”"),
           ("write yes or no, or leave it empty", "请填写是或否，或留空")),
    _error("unknown_word", ("A word we do not know", "无法识别的词"),
           ("use one of the words this column knows", "请使用该列可识别的词")),
    _error("mangled_number", ("Number shortened by a spreadsheet", "被电子表格缩写的编号"),
           ("its digits are lost: format the column as text and export it again",
            "数字已丢失：请将该列设为文本格式后重新导出")),
    _error("spreadsheet_error", ("An error of a spreadsheet", "电子表格的错误值"),
           ("correct the formula there and export it again", "请在表格中更正公式后重新导出")),
    _error("too_long", ("Too long", "过长"), ("at most 120 characters", "最多 120 个字符")),
    _error("out_of_range", ("Out of range", "超出范围"),
           ("write a number from -1 to 1", "请填写 -1 到 1 之间的数字")),
    _warning("read_as_other", ("A kind we do not know, read as “other”", "未知类型，按“其他”处理"),
             ("use call, email, visit, meeting, ticket, complaint or quote to keep them apart",
              "如需区分，请使用电话、邮件、拜访、会议、工单、投诉或报价"), CELL),
    _warning("zero_quantity", ("Quantity zero", "数量为零"),
             ("the line counts as an order of nothing", "该行按未购买任何数量计入"), CELL),
    _warning("not_an_email", ("Not an e-mail address", "不是电子邮箱"),
             ("it is kept as it stands", "按原样保留"), CELL),
    _warning("short_phone", ("Too short for a telephone number", "电话号码过短"),
             ("it is kept as it stands", "按原样保留"), CELL),
    _warning("cut_text", ("Text longer than we keep", "文字超出长度"),
             ("what is longer is cut off", "超出部分将被截去"), CELL),
    _warning("hidden_characters", ("Characters nobody can see", "不可见字符"),
             ("they are taken out", "已去除")),
    _warning("broken_letters", ("Letters broken by a wrong encoding", "乱码"),
             ("name the file's encoding, or export it again as UTF-8", "请指明文件编码，或以 UTF-8 重新导出"), CELL),
    _warning("looks_like_a_date", ("A code that looks like a date", "编号看起来像日期"),
             ("a spreadsheet may have changed it: format the column as text and export it again",
              "可能被电子表格改动：请将该列设为文本格式后重新导出"), CELL),
    _warning("mixed_currency", ("Another currency than the rest of the column", "与该列其他单元格的货币不同"),
             ("amounts are added up without exchange rates", "金额不经汇率直接相加"), CELL),
)  # fmt: skip

ROWS = (
    _error("ends_before_start", ("Ends before it starts", "结束早于开始"),
           ("correct one of the two dates", "请更正其中一个日期")),
    _warning("renews_before_start", ("Renews before it starts", "续约早于开始"),
             ("check the two dates", "请核对两个日期"), CELL),
    _warning("cost_above_price", ("Costs more than it sells for", "成本高于售价"),
             ("check the two numbers", "请核对两个数字"), CELL),
    _error("too_few_columns", ("Too few columns in the row", "该行列数不足"),
           ("every row needs as many cells as the header", "每行的单元格数须与表头一致"), (SKIP,)),
    _error("too_many_columns", ("Too many columns in the row", "该行列数过多"),
           ("put cells that hold the delimiter in quotes", "含分隔符的单元格请加引号"), (SKIP,)),
    _error("unterminated_quote", ("A quotation mark that is never closed", "引号未闭合"),
           ("close the quotation mark or remove it", "请补全或删除引号"), (SKIP,)),
    _warning("no_customer", ("No customer", "没有客户"),
             ("the row cannot be given to anybody and is left out", "该行无法归属任何客户，已略过")),
    _warning("erased_person", ("A customer who was erased", "已被删除的客户"),
             ("rows of customers erased for good are left out", "已永久删除的客户，其数据行已略过")),
    _warning("totals_row", ("A totals row", "合计行"), ("it is left out", "已略过")),
    _warning("note_line", ("A line of text outside the table", "表格之外的文字行"), ("it is left out", "已略过")),
    _warning("blank_row", ("An empty row", "空行"), ("it is left out", "已略过")),
    _warning("skipped_by_choice", ("Left out by choice", "按您的选择略过"), ("it is left out", "已略过")),
)  # fmt: skip

TOGETHER = (
    _error("duplicate_key", ("The same key twice, with different values", "同一编号重复且内容不同"),
           ("keep one of the rows", "请只保留其中一行"), (SKIP, FIRST, LAST)),
    _warning("duplicate_row", ("The same row twice", "重复行"), ("it is taken once", "只计入一次")),
    _warning("line_twice", ("The same line twice in one order", "同一订单中的重复行"),
             ("both are counted: if the export repeated the line, delete one of them",
              "两行均计入：如系导出时重复，请删除其中一行")),
    _warning("amount_mismatch", ("The amount is not quantity times price", "金额不等于数量乘单价"),
             ("the amount counts; check the row", "以金额为准；请核对该行")),
    _warning("same_customer_twice", ("The same e-mail address under two numbers", "同一邮箱对应两个编号"),
             ("both are kept: check whether they are one customer", "两者均保留：请确认是否为同一客户")),
    _warning("changed_id", ("Known under another number", "已以其他编号存在"),
             ("it would count as new: check whether its number has changed", "将按新记录计入：请确认编号是否已更改")),
)  # fmt: skip

CAUSES: dict[str, Cause] = {cause.code: cause for cause in (*CELLS, *ROWS, *TOGETHER)}
"""What is wrong with a cell, with a row, and with rows together or against the data in use."""


def known(code: str) -> Cause:
    """The cause of this code; one that only a newer worker knows is called by its code."""
    return CAUSES.get(code) or Cause(code, "error", said(code, code), said(code, code))
