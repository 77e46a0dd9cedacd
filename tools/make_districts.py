# /// script
# requires-python = ">=3.11"
# dependencies = ["pypinyin==0.55.0"]
# ///
"""Write config/districts/*.csv from a list of counties: ``make_districts.py COUNTIES TOWNS``.

COUNTIES has the columns adcode, county, city, province; TOWNS has code, town, adcode.  Slugs are
pinyin; where several counties share one, the city's stands before it.  Run once per edition of
GB/T 2260: slugs are part of published addresses, so a new edition must keep the old ones.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin

OUT = Path(__file__).parents[1] / "config" / "districts"
PEOPLES = (
    "汉族|壮族|满族|回族|苗族|维吾尔族|维吾尔|土家族|彝族|蒙古族|蒙古|藏族|布依族|侗族|瑶族|朝鲜族|白族|哈尼族|哈萨克族|哈萨克|"
    "黎族|傣族|畲族|傈僳族|仡佬族|东乡族|高山族|拉祜族|水族|佤族|纳西族|羌族|土族|仫佬族|锡伯族|锡伯|柯尔克孜族|柯尔克孜|"
    "达斡尔族|景颇族|毛南族|撒拉族|布朗族|塔吉克族|塔吉克|阿昌族|普米族|鄂温克族|怒族|京族|基诺族|德昂族|保安族|俄罗斯族|"
    "裕固族|乌孜别克族|门巴族|鄂伦春族|独龙族|赫哲族|珞巴族|各族"
)
#: names whose usual reading a dictionary of words does not know
READINGS = {
    "陕西": "shaanxi", "信都": "xindu", "新都": "xindu", "郫县": "pixian",
    "铅山": "yanshan", "六安": "luan", "六合": "luhe", "乐清": "yueqing", "乐亭": "laoting",
    "乐陵": "laoling", "乐平": "leping", "乐昌": "lechang", "乐东": "ledong", "乐至": "lezhi",
    "乐业": "leye", "乐安": "lean", "乐都": "ledu", "乐山": "leshan", "昌乐": "changle",
    "长乐": "changle", "民乐": "minle", "静乐": "jingle", "将乐": "jiangle", "南乐": "nanle",
    "平乐": "pingle", "蔚县": "yuxian", "尉犁": "yuli", "尉氏": "weishi", "大埔": "dabu",
    "番禺": "panyu", "东阿": "donge", "浚县": "xunxian", "泌阳": "biyang", "中牟": "zhongmu",
    "牟平": "muping", "牟定": "mouding", "单县": "shanxian", "莘县": "shenxian",
    "涡阳": "guoyang", "歙县": "shexian", "黟县": "yixian", "枞阳": "zongyang",
    "犍为": "qianwei", "筠连": "junlian", "荥经": "yingjing", "荥阳": "xingyang",
    "洪洞": "hongtong", "洞头": "dongtou", "繁峙": "fanshi", "长子": "zhangzi",
    "子长": "zichang", "长治": "changzhi", "长垣": "changyuan", "长武": "changwu",
    "长安": "changan", "长寿": "changshou", "长汀": "changting", "长葛": "changge",
    "长清": "changqing", "长岛": "changdao", "长海": "changhai", "长岭": "changling",
    "长春": "changchun", "长沙": "changsha", "长丰": "changfeng", "长兴": "changxing",
    "长宁": "changning", "长顺": "changshun", "长白": "changbai", "长阳": "changyang",
    "长洲": "changzhou", "长泰": "changtai", "天长": "tianchang", "大城": "daicheng",
    "大冶": "daye", "井陉": "jingxing", "行唐": "xingtang", "隆尧": "longyao",
    "会理": "huili", "会泽": "huize", "宿松": "susong", "宿州": "suzhou", "宿迁": "suqian",
    "宿豫": "suyu", "宿城": "sucheng", "温宿": "wensu", "八宿": "basu", "婺源": "wuyuan",
    "万载": "wanzai", "丽水": "lishui", "台州": "taizhou", "天台": "tiantai",
    "监利": "jianli", "郧阳": "yunyang", "百色": "baise", "那坡": "napo", "柞水": "zhashui",
    "吴堡": "wubu", "红寺堡": "hongsibu", "渑池": "mianchi", "略阳": "lueyang",
    "宕昌": "tanchang", "称多": "chenduo", "两当": "liangdang", "当阳": "dangyang",
    "当涂": "dangtu", "当雄": "dangxiong", "扎囊": "zhanang", "扎兰屯": "zhalantun",
    "扎赉特旗": "zhalaiteqi", "扎鲁特旗": "zhaluteqi", "札达": "zhada", "尖扎": "jianzha",
    "洮北": "taobei", "讷河": "nehe", "让胡路": "ranghulu", "勃利": "boli",
    "穆棱": "muling", "鲅鱼圈": "bayuquan", "调兵山": "diaobingshan", "浠水": "xishui",
    "什邡": "shifang", "都江堰": "dujiangyan", "色达": "seda", "得荣": "derong",
    "阿坝": "aba", "垫江": "dianjiang", "石阡": "shiqian", "都兰": "dulan",
    "都安": "duan", "丰都": "fengdu", "江都": "jiangdu", "宜都": "yidu", "望都": "wangdu",
    "成都": "chengdu", "昌都": "changdu", "商都": "shangdu", "于都": "yudu",
    "花都": "huadu", "曾都": "zengdu", "增城": "zengcheng", "屯留": "tunliu",
    "柏乡": "baixiang", "桐柏": "tongbai", "任泽": "renze", "任丘": "renqiu",
    "泊头": "botou", "大厂": "dachang", "叶县": "yexian", "叶集": "yeji", "覃塘": "qintang",
    "单城": "dancheng", "重庆": "chongqing", "厦门": "xiamen", "南召": "nanzhao",
    "召陵": "zhaoling", "盂县": "yuxian", "芮城": "ruicheng", "解放": "jiefang",
    "石嘴山": "shizuishan", "磴口": "dengkou", "曲阜": "qufu", "铁厂": "tiechang",
    "邗江": "hanjiang", "茄子河": "qiezihe", "绿园": "lvyuan", "尼勒克": "nileke",
    "朝阳": "chaoyang", "朝天": "chaotian", "林芝": "linzhi", "卡若": "karuo",
    "巴彦淖尔": "bayannaoer", "且末": "qiemo", "瀍河": "chanhe", "景泰": "jingtai",
    "石台": "shitai", "相城": "xiangcheng", "获嘉": "huojia", "盛泽": "shengze",
    "漾濞": "yangbi", "个旧": "gejiu", "弥勒": "mile", "休宁": "xiuning", "弋江": "yijiang",
    "郫都": "pidu", "黄陂": "huangpi", "郯城": "tancheng", "无为": "wuwei", "石棉": "shimian",
    "扶余": "fuyu", "泾阳": "jingyang", "佛坪": "foping", "佛冈": "fogang", "岢岚": "kelan",
    "兴县": "xingxian", "兴城": "xingcheng", "新兴": "xinxing", "兴庆": "xingqing",
}  # fmt: skip
#: these keep the plain slug where others share it: their addresses are published already
PLAIN = {"610902", "610921", "610922", "610923", "610924", "610925", "610926", "610927", "610929",
         "610981"}  # fmt: skip
ALIASES = {"610981": "旬阳县"}
PROVINCE = re.compile(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
#: Chongqing's counties (重庆市, 县) have a code of their own and are no city of their own
COUNTIES_OF_CHONGQING = "500200"
CLASSES = {"县": "xian", "区": "qu", "市": "shi", "旗": "qi", "域": "yu"}


def short(name: str) -> str:
    """汉滨区 → 汉滨, 紫云苗族布依族自治县 → 紫云; a name of one character keeps its class."""
    stem = re.sub(r"(自治[县州旗区]|[林特新地]区|[左右]旗|[盟县区市旗州])$", "", name)
    if name.endswith(("左旗", "右旗", "前旗", "后旗", "中旗", "新区", "林区", "特区")):
        stem = name if name[-2] != "林" and name[-2] != "特" else name[:-2]
    if name.endswith(("自治县", "自治州", "自治旗")):
        stem = name[:-3]
    if name.endswith(("开发区", "管理区", "园区", "名胜区", "示范区", "矿区", "度假区", "保护区")):
        stem = name
    if stem in PEOPLES.split("|"):
        return stem.removesuffix("族")
    before = None
    while before != stem:
        before, stem = stem, re.sub(rf"({PEOPLES})$", "", stem) if len(stem) > 3 else stem
    return stem if len(stem) > 1 else name


def pinyin(text: str) -> str:
    """Return the letters of a name, ü as v."""
    letters = READINGS.get(text) or "".join(lazy_pinyin(text))
    letters = letters.replace("ü", "v").replace("lve", "lue").replace("nve", "nue")
    return re.sub(r"[^a-z0-9]", "", letters.lower())


def main(counties_path: str, towns_path: str) -> None:
    """Read both lists and write the three kinds of file."""
    rows = list(csv.DictReader(Path(counties_path).read_text("utf-8").splitlines()))
    cities: dict[str, tuple[str, str]] = {}
    for row in rows:
        name = row["city"]
        if name == "市辖区" or name == "县":
            name = row["province"]
        elif name.endswith("县级行政区划"):
            name = row["province"] + ("直辖县" if row["province"][-1] == "省" else "直辖县市")
        cities[row["adcode"][:4] + "00"] = (name, row["province"])
    shorts = {code: pinyin(short(name)) for code, (name, _) in cities.items()}
    city_slug = unique(
        {
            code: [
                shorts[code],
                f"{pinyin(PROVINCE.sub('', cities[code][1]))}-{shorts[code]}",
                f"{shorts[code]}-{code}",
            ]
            for code in cities
        },
        {pinyin(short(row["county"])) for row in rows if row["adcode"] in PLAIN},
        set(),
    )
    city_slug[COUNTIES_OF_CHONGQING] = "chongqing-counties"
    city_slug["500100"] = "chongqing"
    prefixes = city_slug | {COUNTIES_OF_CHONGQING: "chongqing"}
    candidates = {}
    for row in rows:
        code, city = row["adcode"], row["adcode"][:4] + "00"
        plain = pinyin(short(row["county"]))
        is_whole = short(row["county"]) == row["county"]
        full = plain if is_whole else plain + CLASSES[row["county"][-1]]
        candidates[code] = [
            plain,
            *([full] if plain in {city_slug[city], shorts[city]} else []),
            f"{prefixes[city]}-{plain}",
            f"{prefixes[city]}-{full}",
            f"{plain}-{code}",
        ]
    slugs = unique(candidates, set(city_slug.values()), PLAIN)
    write("cities.csv", ["adcode", "slug", "name", "province"],
          [[c, city_slug[c], *cities[c]] for c in sorted(cities)])  # fmt: skip
    write("counties.csv", ["adcode", "slug", "name", "short_name", "aliases"],
          [[r["adcode"], slugs[r["adcode"]], r["county"], short(r["county"]),
            ALIASES.get(r["adcode"], "")] for r in rows])  # fmt: skip
    towns = defaultdict(list)
    for row in csv.DictReader(Path(towns_path).read_text("utf-8").splitlines()):
        towns[row["adcode"][:4] + "00"].append([row["code"], row["town"]])
    for city, found in towns.items():
        write(f"towns/{city}.csv", ["code", "name"], found)


def unique(candidates: dict[str, list[str]], taken: set[str], first: set[str]) -> dict[str, str]:
    """Give each its first candidate that no other has at the same step and none has taken."""
    chosen = {code: candidates[code][0] for code in first}
    taken = taken | set(chosen.values())
    rest = {code: list(names) for code, names in candidates.items() if code not in chosen}
    while rest:
        counts = Counter(names[0] for names in rest.values())
        fixed = {c: n[0] for c, n in rest.items() if counts[n[0]] == 1 and n[0] not in taken}
        chosen |= fixed
        taken |= set(fixed.values())
        rest = {c: n[1:] for c, n in rest.items() if c not in fixed}
    return chosen


def write(name: str, columns: list[str], rows: list[list[str]]) -> None:
    """Write one file under config/districts."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


if __name__ == "__main__":
    main(*sys.argv[1:3])
