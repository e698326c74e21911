"""What Northline Systems sells, as data: one row per category, in both languages of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One shelf. `price` is the cheapest item's in euro; the dearest costs (1 + span) times that."""

    code: str
    name: str
    name_zh: str
    noun: str
    noun_zh: str
    series: tuple[str, str, str]
    variants: tuple[str, ...]
    price: float
    span: float
    margin: float
    quantity: float  # usual pieces per line for a customer of ordinary size
    rhythm: int = 0  # days a customer takes to use it up; 0 = not a consumable
    monthly: bool = False  # sold as a subscription, never on order lines


# fmt: off
SERIES_ZH = {
    "Swift": "疾风", "Summit": "峰", "Forge": "铸", "Clear": "晴", "Atlas": "图", "Core": "核", "Delta": "三角洲",
    "Pilot": "领航", "Beacon": "灯塔", "Quill": "羽", "Harbor": "港", "Lumen": "流明",
}

CATEGORIES = (
    Category("LAP", "Laptops", "笔记本电脑", "laptop", "笔记本电脑", ("Swift", "Summit", "Forge"),
             ("13", "14", "14 Pro", "15", "16 Pro"), 620, 3.2, 0.11, 2.0),
    Category("DSK", "Desktops", "台式机", "desktop", "台式机", ("Core", "Summit", "Forge"),
             ("M1", "M2", "T3", "T5", "T7"), 480, 3.6, 0.12, 2.0),
    Category("MON", "Monitors", "显示器", "monitor", "显示器", ("Clear", "Lumen", "Summit"),
             ("22", "24", "27", "27 QHD", "34 UW"), 130, 5.0, 0.14, 2.5),
    Category("DOC", "Docking stations", "扩展坞", "docking station", "扩展坞", ("Harbor", "Core", "Pilot"),
             ("D1", "D2", "D2 Dual", "D3", "D3 Max"), 85, 2.8, 0.24, 2.0),
    Category("INP", "Keyboards and mice", "键盘鼠标", "keyboard set", "键鼠套装", ("Quill", "Pilot", "Core"),
             ("K1", "K2", "K3", "K3 Ergo", "K5"), 22, 5.0, 0.30, 3.0),
    Category("HED", "Headsets", "耳机", "headset", "耳机", ("Clear", "Pilot", "Beacon"),
             ("H10", "H20", "H30", "H30 ANC", "H50"), 35, 5.5, 0.28, 3.0),
    Category("VID", "Video conferencing", "视频会议", "room kit", "会议室套件", ("Beacon", "Lumen", "Atlas"),
             ("S", "M", "L", "L Dual", "XL"), 390, 6.0, 0.22, 1.0),
    Category("PRN", "Printers", "打印机", "printer", "打印机", ("Quill", "Atlas", "Forge"),
             ("P200", "P300", "P400c", "P600", "P800c"), 190, 7.0, 0.13, 1.0),
    Category("TON", "Toner", "硒鼓墨粉", "toner", "硒鼓", ("Quill", "Atlas", "Forge"),
             ("T200", "T300", "T400c", "T600", "T800c"), 48, 2.6, 0.32, 2.5, rhythm=48),
    Category("PAP", "Paper and labels", "纸张标签", "paper", "纸张", ("Clear", "Quill", "Core"),
             ("A4 80g", "A4 90g", "A3 80g", "Label 62", "Label 102"), 4.5, 5.0, 0.20, 12.0, rhythm=34),
    Category("BAT", "Batteries and chargers", "电池与充电器", "battery pack", "电池组", ("Core", "Delta", "Pilot"),
             ("AA24", "AAA24", "65W", "100W", "PB20"), 9, 5.0, 0.33, 4.0, rhythm=75),
    Category("CLN", "Cleaning and care", "清洁保养", "care kit", "清洁套装", ("Clear", "Core", "Swift"),
             ("C1", "C2", "C3", "C4", "C5"), 7, 3.0, 0.38, 4.0, rhythm=60),
    Category("MED", "Backup media", "备份介质", "media pack", "介质套装", ("Atlas", "Core", "Harbor"),
             ("L7", "L8", "L9", "R2T", "R4T"), 42, 4.0, 0.22, 4.0, rhythm=90),
    Category("SRV", "Servers", "服务器", "server", "服务器", ("Atlas", "Forge", "Summit"),
             ("R1", "R2", "R2 Pro", "R4", "R8"), 1900, 6.0, 0.10, 1.0),
    Category("STO", "Storage", "存储", "storage array", "存储阵列", ("Harbor", "Atlas", "Delta"),
             ("N2", "N4", "N8", "F12", "F24"), 520, 12.0, 0.13, 1.0),
    Category("SWI", "Switches", "交换机", "switch", "交换机", ("Delta", "Atlas", "Core"),
             ("8p", "16p", "24p", "24p PoE", "48p PoE"), 95, 14.0, 0.18, 1.5),
    Category("WAP", "Access points", "无线接入点", "access point", "无线接入点", ("Beacon", "Delta", "Lumen"),
             ("W5", "W6", "W6E", "W7", "W7 Max"), 110, 4.0, 0.20, 3.0),
    Category("CAB", "Cables and racks", "线缆机柜", "cable set", "线缆套装", ("Core", "Delta", "Forge"),
             ("1m", "3m", "10m", "Fibre 5m", "Rack 12U"), 6, 9.0, 0.40, 8.0),
    Category("UPS", "Power protection", "不间断电源", "UPS", "不间断电源", ("Forge", "Atlas", "Core"),
             ("700", "1000", "1500", "2200", "3000"), 120, 6.0, 0.17, 1.0),
    Category("FWL", "Firewalls", "防火墙", "firewall", "防火墙", ("Forge", "Delta", "Summit"),
             ("40", "60", "80", "100", "200"), 340, 8.0, 0.19, 1.0),
    Category("OFF", "Office licences", "办公软件许可", "office licence", "办公软件许可", ("Quill", "Clear", "Summit"),
             ("Basic", "Standard", "Plus"), 6, 3.0, 0.14, 12.0, monthly=True),
    Category("SEC", "Security licences", "安全软件许可", "security licence", "安全软件许可",
             ("Forge", "Beacon", "Delta"),
             ("Essential", "Advanced", "Total"), 3, 4.0, 0.26, 12.0, monthly=True),
    Category("CLB", "Cloud backup", "云备份", "cloud backup", "云备份", ("Harbor", "Atlas", "Core"),
             ("1T", "5T", "20T"), 39, 7.0, 0.34, 1.0, monthly=True),
    Category("MNG", "Managed services", "托管服务", "managed service", "托管服务", ("Pilot", "Beacon", "Summit"),
             ("Watch", "Care", "Full"), 120, 8.0, 0.38, 1.0, monthly=True),
)

# A customer who bought the first often buys the second some weeks later: chance, mean days between.
AFFINITIES = (
    ("LAP", "DOC", 0.30, 20), ("LAP", "HED", 0.16, 26), ("DSK", "MON", 0.26, 16), ("MON", "INP", 0.14, 24),
    ("PRN", "TON", 0.45, 30), ("SRV", "UPS", 0.34, 22), ("SRV", "STO", 0.18, 34), ("STO", "MED", 0.30, 28),
    ("FWL", "SWI", 0.20, 25), ("SWI", "CAB", 0.30, 14), ("WAP", "SWI", 0.18, 24), ("VID", "HED", 0.28, 20),
)
# fmt: on

# The rivals whose names turn up in conversations.
RIVALS = ("Vantor", "Oakridge Digital", "Bluepeak")
RIVALS_ZH = ("万拓", "橡岭数码", "蓝峰科技")
