# ruff: noqa: E501 (markup is kept as the CMSs write it)
"""Eleven county sites, a listing and its articles each, in the markup of the CMSs they run.

Written for this project after the default templates of the systems that are named; places are real,
people and events are not.  Around each list stand what stands there in life: navigation, a ranking,
links to other sites, a pager, small print.
"""

from __future__ import annotations

from tests.trial.building import FOOT, FRIENDS, build, hot, nav

EMPIRE = build(
    "EmpireCMS",
    "http://www.zyxw.example/news/xianqu/ziyang/",
    cms="empirecms",
    address="/news/xianqu/ziyang/{id}.html",
    day="[%Y-%m-%d]",
    row='<li><span class="date">{date}</span><a href="{href}" title="{title}" target="_blank">{short}</a></li>\n',
    next_url="http://www.zyxw.example/news/xianqu/ziyang/index_2.html",
    listing='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>紫阳-安康新闻在线</title><meta name="keywords" content="紫阳" /><link href="/skin/default/css/style.css" rel="stylesheet" /><script src="/e/data/js/ajax.js"></script></head><body class="listpage">'
    + nav("/news/{0}/")
    + '<table width="100%"><tr><td class="news_list"><table class="position"><tr><td>现在的位置：<a href="/">首页</a>&nbsp;>&nbsp;<a href="/news/">新闻</a>&nbsp;>&nbsp;<a href="/news/xianqu/">县区</a>&nbsp;>&nbsp;<a href="/news/xianqu/ziyang/">紫阳</a></td></tr></table><table class="box"><tr><td><ul>@ROWS@</ul><div class="epages"><a title="总数">&nbsp;<b>388</b> </a>&nbsp;&nbsp;<b>1</b>&nbsp;<a href="/news/xianqu/ziyang/index_2.html">2</a>&nbsp;<a href="/news/xianqu/ziyang/index_3.html">3</a>&nbsp;<a href="/news/xianqu/ziyang/index_2.html">下一页</a>&nbsp;<a href="/news/xianqu/ziyang/index_20.html">尾页</a></div></td></tr></table></td><td class="sider">'
    + hot(
        "/news/{}.html",
        "<table class='title'><tr><td><strong>热门点击</strong></td></tr></table><table class='box'><tr><td><ol class='rank'>{}</ol></td></tr></table>",
    )
    + "</td></tr></table>"
    + FRIENDS
    + FOOT
    + "</body></html>",
    article='<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{title}-安康新闻在线</title><script src="/e/data/js/ajax.js"></script></head><body class="showpage news"><table><tr><td class="main"><table class="position"><tr><td>现在的位置：<a href="/">首页</a> > <a href="/news/">新闻</a> > <a href="/news/xianqu/ziyang/">紫阳</a></td></tr></table><table class="title_info"><tr><td class="title"><h1>{title}</h1></td></tr><tr><td class="info_text">时间:{iso}&nbsp;&nbsp;来源:紫阳县融媒体中心&nbsp;&nbsp;作者:&nbsp;&nbsp;点击:<script src="/e/public/ViewClick/?classid=2&id={id}&addclick=1"></script>次</td></tr></table><table><tr><td id="text">{body}<p>（责编:吴敏）</p></td></tr></table></td></tr></table></body></html>',
)
DEDE = build(
    "DedeCMS",
    "http://www.zycx.example/xwzx/ziyang/",
    cms="dedecms",
    charset="gbk",
    address="/xwzx/ziyang/{y}/{m}{d}/{id}.html",
    row="<li><a href='{href}' class='preview'><img src='/uploads/allimg/{ymd}/1-{id}.jpg'/></a> [<b><a href='/xwzx/ziyang/'>紫阳</a></b>] <a href='{href}' class='title'>{title}</a><span class='info'><small>日期：</small>{date} 10:12:30<small>点击：</small>123 <small>好评：</small>0</span><p class='intro'>本网讯 记者从有关部门获悉，这项工作已经全面展开……</p></li>\n",
    next_url="http://www.zycx.example/xwzx/ziyang/list_3_2.html",
    listing="<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312' /><title>紫阳新闻_紫阳茶乡网</title><link href='/templets/default/style/dedecms.css' rel='stylesheet' /></head><body class='articlelist'>"
    + nav("/{0}/", "<div id='navMenu'><ul>{}</ul></div>")
    + "<div class='w960 center clear mt1'><div class='pleft'><div class='place'><strong>当前位置:</strong> <a href='/'>主页</a> > <a href='/xwzx/'>新闻中心</a> > <a href='/xwzx/ziyang/'>紫阳新闻</a> > </div><div class='listbox'><ul class='e2'>@ROWS@</ul></div><div class='dede_pages'><ul class='pagelist'><li>首页</li><li class='thisclass'>1</li><li><a href='list_3_2.html'>2</a></li><li><a href='list_3_3.html'>3</a></li><li><a href='list_3_2.html'>下一页</a></li><li><a href='list_3_9.html'>末页</a></li><li><span class='pageinfo'>共 <strong>9</strong>页<strong>104</strong>条</span></li></ul></div></div><div class='pright'>"
    + hot(
        "/xwzx/zz/2026/0901/{}.html",
        "<dl class='tbox light'><dt class='light'><strong>热点内容</strong></dt><dd class='light'><ul class='c1 ico2'>{}</ul></dd></dl>",
    )
    + "</div></div>"
    + FOOT
    + "</body></html>",
    article="<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'><title>{title}_紫阳茶乡网</title><link href='/templets/default/style/dedecms.css' rel='stylesheet'></head><body><div class='viewbox'><div class='title'><h2>{title}</h2></div><div class='info'><small>时间:</small>{iso} 10:12<small>来源:</small>未知 <small>作者:</small>admin <small>点击:</small><script src='/plus/count.php?view=yes&aid={id}&mid=1'></script>次</div><div class='content'>{body}</div></div><div class='dede_pages'></div></body></html>",
)
PHPCMS = build(
    "PHPCMS",
    "http://www.zyrb.example/list-12-1.html",
    cms="phpcms",
    address="http://www.zyrb.example/show-12-{id}-1.html",
    row='<li><span class="rt">{date} 08:00:00</span>·<a href="{href}" target="_blank"  >{title}</a></li>\n',
    next_url="http://www.zyrb.example/list-12-2.html",
    listing='<!DOCTYPE html><html><head><meta charset="utf-8"><title>本县要闻 - 紫阳日报网</title><link href="http://www.zyrb.example/statics/css/reset.css" rel="stylesheet"><script src="http://www.zyrb.example/statics/js/jquery.min.js"></script></head><body>'
    + nav(
        "http://www.zyrb.example/list-1{0}-1.html",
        "<div class='header'><ul class='nav-site'>{}</ul></div>",
    )
    + '<div class="main"><div class="col-left"><div class="crumbs"><a href="http://www.zyrb.example">首页</a><span> &gt; </span><a href="/list-12-1.html">本县要闻</a> &gt;  列表</div><ul class="list lh24 f14">@ROWS@</ul><div id="pages" class="text-c"><a class="a1">240条</a> <a href="list-12-1.html" class="a1">上一页</a> <span>1</span> <a href="list-12-2.html">2</a> <a href="list-12-3.html">3</a> ..<a href="list-12-20.html">20</a> <a href="list-12-2.html" class="a1">下一页</a></div></div><div class="col-auto">'
    + hot(
        "http://www.zyrb.example/show-9-{}-1.html",
        "<div class='box'><h5 class='title-2'>频道本月排行</h5><ul class='content digg'>{}</ul></div>",
    )
    + "</div></div>"
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - 本县要闻 - 紫阳日报网</title><script src="http://www.zyrb.example/statics/js/jquery.min.js"></script></head><body><div class="main"><div class="col-left"><div class="crumbs"><a href="/">首页</a> &gt; <a href="/list-12-1.html">本县要闻</a> &gt; 正文</div><div id="Article"><h1>{title}<br /><span>{iso} 08:00:00&nbsp;&nbsp;&nbsp;来源：紫阳日报&nbsp;&nbsp;评论：<a href="#comment">0</a> 点击：<span id="hits"></span></span></h1><div class="content">{body}</div></div></div></div><script src="http://www.zyrb.example/api.php?op=count&id={id}&modelid=1"></script></body></html>',
)
DISCUZ = build(
    "Discuz portal",
    "http://bbs.zysq.example/portal.php?mod=list&catid=2",
    cms="discuz",
    address="http://bbs.zysq.example/article-{id}-1.html",
    row='<dl class="bbda cl"><dt class="xs2"><a href="{href}" target="_blank" class="xi2" >{title}</a></dt><dd class="xs2 cl"><div class="atc"><a href="{href}" target="_blank"><img src="data/attachment/portal/{ymd}/{id}.jpg" alt="{title}" class="tn" /></a></div>这是文章的摘要内容，由编辑在发布时填写……</dd><dd>分类: <label><a href="portal.php?mod=list&amp;catid=2" class="xi2">紫阳资讯</a></label>&nbsp;&nbsp;<span class="xg1"> {date} 09:30</span></dd></dl>\n',
    next_url="http://bbs.zysq.example/portal.php?mod=list&catid=2&page=2",
    listing='<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>紫阳资讯 - 紫阳社区 -  Powered by Discuz!</title><base href="http://bbs.zysq.example/" /><link rel="stylesheet" href="data/cache/style_2_common.css?xYz" /><script>var STYLEID = \'2\', discuz_uid = \'0\';</script><script src="static/js/common.js?xYz"></script></head><body id="nv_portal" class="pg_list">'
    + nav("portal.php?mod=list&amp;catid={0}", "<div id='nv'><ul>{}</ul></div>")
    + '<div id="wp" class="wp"><div id="pt" class="bm cl"><div class="z"><a href="./" class="nvhm">首页</a> <em>&rsaquo;</em> <a href="portal.php">门户</a> <em>&rsaquo;</em>紫阳资讯</div></div><div id="ct" class="ct2 wp cl"><div class="mn"><div class="bm"><div class="bm_h cl"><h1 class="xs2">紫阳资讯</h1></div><div class="bm_c xld">@ROWS@</div></div><div class="pgs cl"><div class="pg"><strong>1</strong><a href="portal.php?mod=list&amp;catid=2&amp;page=2">2</a><a href="portal.php?mod=list&amp;catid=2&amp;page=2" class="nxt">下一页</a></div></div></div><div class="sd pph">'
    + hot(
        "article-{}-1.html",
        "<div class='bm'><div class='bm_h cl'><h2>热门文章</h2></div><div class='bm_c'><ul class='xl xl1'>{}</ul></div></div>",
    )
    + "</div></div></div>"
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - 紫阳社区 -  Powered by Discuz!</title><base href="http://bbs.zysq.example/" /><script>var discuz_uid = "0";</script></head><body id="nv_portal"><div id="ct" class="ct2 wp cl"><div class="mn"><div class="bm vw"><div class="h hm"><h1 class="ph">{title}</h1><p class="xg1">{iso} 09:30<span class="pipe">|</span>发布者: <a href="home.php?mod=space&amp;uid=1">zyadmin</a><span class="pipe">|</span>查看: <em id="_viewnum">321</em><span class="pipe">|</span>评论: 0<span class="pipe">|</span>来自: 紫阳融媒</p></div><div class="d"><table cellpadding="0" class="vwtb"><tr><td id="article_content">{body}</td></tr></table></div></div></div></div></body></html>',
)
WORDPRESS = build(
    "WordPress",
    "https://ziyang.wpnews.example/category/ziyang/",
    cms="wordpress",
    address="https://ziyang.wpnews.example/archives/{id}",
    row='<article id="post-{id}" class="post-{id} post type-post status-publish format-standard hentry category-ziyang"><header class="entry-header"><h2 class="entry-title"><a href="{href}" rel="bookmark">{title}</a></h2><div class="entry-meta"><span class="posted-on"><a href="{href}" rel="bookmark"><time class="entry-date published" datetime="{iso}T10:00:00+08:00">{date}</time></a></span><span class="byline"> 由 <span class="author vcard"><a class="url fn n" href="https://ziyang.wpnews.example/author/admin">admin</a></span></span></div></header><div class="entry-content"><p>记者从有关部门获悉，这项工作已经全面展开，相关负责人介绍了情况。 <a href="{href}" class="more-link">继续阅读<span class="screen-reader-text">{title}</span></a></p></div></article>\n',
    next_url="https://ziyang.wpnews.example/category/ziyang/page/2",
    listing='<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>紫阳 | 秦巴观察</title><link rel="alternate" type="application/rss+xml" title="Feed" href="https://ziyang.wpnews.example/feed" /><link rel="stylesheet" href="https://ziyang.wpnews.example/wp-content/themes/twentysixteen/style.css"><meta name="generator" content="WordPress 6.4" /></head><body class="archive category"><div id="page" class="site"><header class="site-header">'
    + nav(
        "https://ziyang.wpnews.example/category/{0}",
        "<nav class='main-navigation'><ul class='primary-menu'>{}</ul></nav>",
        "<li class='menu-item'><a href='{url}'>{name}</a></li>",
    )
    + '</header><div id="content" class="site-content"><main id="main" class="site-main"><header class="page-header"><h1 class="page-title">分类：紫阳</h1></header>@ROWS@<nav class="navigation pagination"><div class="nav-links"><span class="page-numbers current">1</span><a class="page-numbers" href="https://ziyang.wpnews.example/category/ziyang/page/2">2</a><a class="next page-numbers" href="https://ziyang.wpnews.example/category/ziyang/page/2">下一页</a></div></nav></main><aside id="secondary" class="sidebar widget-area">'
    + hot(
        "https://ziyang.wpnews.example/archives/{}",
        "<section class='widget widget_recent_entries'><h2 class='widget-title'>近期文章</h2><ul>{}</ul></section>",
    )
    + "</aside></div></div></body></html>",
    article='<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>{title} | 秦巴观察</title><meta property="article:published_time" content="{iso}T10:00:00+08:00"><link rel="stylesheet" href="https://ziyang.wpnews.example/wp-content/themes/twentysixteen/style.css"></head><body class="single"><main id="main" class="site-main"><article id="post-{id}" class="post hentry"><header class="entry-header"><h1 class="entry-title">{title}</h1></header><div class="entry-content">{body}</div><footer class="entry-footer"><span class="posted-on"><time class="entry-date" datetime="{iso}T10:00:00+08:00">{date}</time></span></footer></article></main></body></html>',
)
JEECMS = build(
    "JEECMS government portal",
    "http://www.zyx.gov.example/zwdt/index.jhtml",
    cms="jeecms",
    address="/zwdt/{id}.jhtml",
    day="%Y/%m/%d",
    row='<li><i></i><a href="{href}" title="{title}" target="_blank">{short}</a><b>{date}</b></li>\n',
    next_url="http://www.zyx.gov.example/zwdt/index_2.jhtml",
    listing='<!DOCTYPE html><html><head><meta charset="utf-8"><title>政务动态-紫阳县人民政府</title><meta name="SiteName" content="紫阳县人民政府"><meta name="ColumnName" content="政务动态"><link href="/r/cms/www/zyx/css/style.css" rel="stylesheet"></head><body>'
    + nav("/{0}/index.jhtml", "<div class='topnav'><ul>{}</ul></div>")
    + '<div class="wrap"><div class="location">您的位置：<a href="/">首页</a> &gt; <a href="/zwdt/index.jhtml">政务动态</a></div><div class="leftmenu"><h2>政务动态</h2><ul><li><a href="/zwdt/index.jhtml">今日紫阳</a></li><li><a href="/bmdt/index.jhtml">部门动态</a></li><li><a href="/zzdt/index.jhtml">镇村动态</a></li><li><a href="/ldhd/index.jhtml">领导活动</a></li></ul></div><div class="gl_list"><ul class="infoList">@ROWS@</ul><div class="pagesite"><div> 共240条记录 1/20页  <a disabled="disabled">首页</a>  <a disabled="disabled">上一页</a>  <a href="index_2.jhtml" onclick="location.href=\'index_2.jhtml\';return false;">下一页</a>  <a href="index_20.jhtml">尾页</a></div></div></div></div>'
    + FRIENDS
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}-紫阳县人民政府</title><meta name="SiteName" content="紫阳县人民政府"><meta name="ColumnName" content="政务动态"><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{iso} 10:22"><meta name="ContentSource" content="县政府办"><link href="/r/cms/www/zyx/css/style.css" rel="stylesheet"></head><body><div class="wrap"><div class="location">您的位置：<a href="/">首页</a> &gt; <a href="/zwdt/index.jhtml">政务动态</a></div><h1 class="tit">{title}</h1><div class="msgbar">发布时间：{iso} 10:22 &nbsp;来源：县政府办 &nbsp;浏览次数：<span id="views">0</span></div><div class="content" id="content">{body}</div></div></body></html>',
)
TRS = build(
    "TRS government portal",
    "http://www.ziyang.gov.example/xwzx/zwyw/",
    cms="trs",
    address="./{y}{m}/t{ymd}_{id}.html",
    row='<li><a href="{href}" target="_blank" title="{title}">{title}</a><span>{date}</span></li>\n',
    next_url="http://www.ziyang.gov.example/xwzx/zwyw/index_1.html",
    listing='<!DOCTYPE html><html><head><meta charset="utf-8"><title>紫阳要闻_紫阳县人民政府网</title></head><body><div class="head">'
    + nav("../{0}/", "<div class='menu'><ul>{}</ul></div>")
    + '</div><div class="BreadcrumbNav">当前位置：<a href="../../">首页</a>&gt;<a href="../">新闻中心</a>&gt;<a href="./">紫阳要闻</a></div><div class="conbox"><div class="xl_list"><ul>@ROWS@</ul></div><div class="page"><script>createPageHTML(50, 0, "index", "html");</script></div></div>'
    + FRIENDS
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_紫阳县人民政府网</title></head><body><div class="BreadcrumbNav">当前位置：<a href="../../../">首页</a>&gt;<a href="../">紫阳要闻</a></div><div class="xl_title">{title}</div><div class="xl_info">发布时间：{iso} 来源：紫阳融媒 字体：【大 中 小】</div><div class="view TRS_UEDITOR trs_paper_default trs_web"><div class="TRS_Editor">{body}</div></div></body></html>',
)
TABLE = build(
    "table layout of 2005",
    "http://www.zyinfo.example/news.asp?bid=3",
    cms=None,
    charset="gbk",
    address="news_view.asp?newsid={id}",
    day="(%Y-%m-%d)",
    row='<TR><TD width="4%" height="22" align="center"><img src="images/dot.gif"></TD><TD width="76%"><a href="{href}" target="_blank"><font color="#000000">{title}</font></a></TD><TD width="20%"><font color="#999999">{date}</font></TD></TR>\n',
    next_url="http://www.zyinfo.example/news.asp?bid=3&page=2",
    listing='<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>紫阳信息港--新闻中心</title></head><body topmargin="0"><table width="778" border="0" align="center"><tr><td background="images/bg.gif"><a href="index.asp">首页</a> | <a href="news.asp?bid=1">时政要闻</a> | <a href="news.asp?bid=3">县内新闻</a> | <a href="gbook.asp">留言板</a></td></tr></table><table width="778" align="center"><tr><td width="180" valign="top"><table width="100%"><tr><td bgcolor="#CC0000"><font color="#FFFFFF">栏目导航</font></td></tr><tr><td><a href="news.asp?bid=1">时政要闻</a></td></tr><tr><td><a href="news.asp?bid=3">县内新闻</a></td></tr><tr><td><a href="news.asp?bid=5">乡镇动态</a></td></tr></table></td><td valign="top"><table width="98%"><tr><td>当前位置：<a href="index.asp">首页</a> → 紫阳县内新闻</td></tr></table><table width="98%" border="0" cellspacing="0">@ROWS@</table><table width="98%"><tr><td align="right">共88条 第1/8页 首页 上一页 <a href="news.asp?bid=3&amp;page=2">下一页</a> <a href="news.asp?bid=3&amp;page=8">尾页</a></td></tr></table></td></tr></table><table width="778" align="center"><tr><td align="center">紫阳县广播电视局主办 陕ICP备05000000号</td></tr></table></body></html>',
    article='<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>紫阳信息港--新闻中心</title></head><body topmargin="0"><table width="778" align="center"><tr><td><a href="index.asp">首页</a> | <a href="news.asp?bid=3">县内新闻</a></td></tr></table><table width="778" align="center"><tr><td align="center"><font size="4"><b>{title}</b></font></td></tr><tr><td align="center">发布时间：{iso} 阅读次数：211 录入：admin</td></tr><tr><td style="line-height:160%"><font size="3">{body}</font></td></tr><tr><td align="right">【<a href="javascript:window.print()">打印</a>】【<a href="javascript:window.close()">关闭</a>】</td></tr></table></body></html>',
    paragraph="　　{}<br><br>",
)
CARDS = build(
    "card grid with lazy pictures",
    "https://www.zyrm.example/channel/ziyang",
    cms=None,
    address="https://www.zyrm.example/c/{iso}/{id}.shtml",
    row='<div class="col-4"><div class="card"><a class="pic" href="{href}"><img class="lazyload" src="/static/blank.gif" data-src="https://img.zyrm.example/{ymd}/{id}.jpg" alt=""></a><div class="card-body"><h3 class="card-title"><a href="{href}">{title}</a></h3><p class="desc">记者从有关部门获悉，这项工作已经全面展开，相关负责人介绍了有关情况。</p><div class="meta"><i class="day">{d}</i><em class="ym">{y}-{m}</em><span class="from">紫阳融媒</span></div></div></div></div>\n',
    next_url="https://www.zyrm.example/channel/ziyang?page=2",
    listing='<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>紫阳 - 紫阳融媒</title><meta name="description" content="紫阳县融媒体中心官方网站"></head><body><header class="top">'
    + nav("/channel/{0}", "<nav class='bar'>{}</nav>", "<a href='{url}'>{name}</a>")
    + '</header><div class="swiper"><a href="https://www.zyrm.example/c/2026-11-18/98999.shtml"><img src="/static/b1.jpg"><p>专题：喜迎茶博会</p></a><a href="https://www.zyrm.example/c/2026-11-17/98998.shtml"><img src="/static/b2.jpg"><p>专题：美丽乡村</p></a></div><section class="container"><div class="row">@ROWS@</div><div class="more"><a class="btn" href="https://www.zyrm.example/channel/ziyang?page=2">›</a></div></section>'
    + hot(
        "https://www.zyrm.example/c/2026-10-01/{}.shtml",
        "<aside class='rank'><h4>24小时热榜</h4><ol>{}</ol></aside>",
    )
    + FOOT
    + "</body></html>",
    article='<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title} - 紫阳融媒</title><meta property="og:type" content="article"><script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{title}","datePublished":"{iso}T09:00:00+08:00"}}</script></head><body><main><h1>{title}</h1><div class="meta"><time datetime="{iso}T09:00:00+08:00">{iso} 09:00</time> 来源：紫阳融媒</div><article class="article-body">{body}</article></main></body></html>',
)
JPAGE = build(
    "JCMS with jpage",
    "http://www.zyq.gov.example/col/col1234/index.html",
    cms="jpage",
    address="/art/{y}/{m}/{d}/art_1234_{id}.html",
    row='<record><![CDATA[<li><a target="_blank" title="{title}" href="{href}">{title}</a><span class="bt_date">{date}</span></li>]]></record>\n',
    next_url="http://www.zyq.gov.example/module/web/jpage/dataproxy.jsp?page=2&webid=7&columnid=1234&unitid=5566&webname=zyq",
    listing='<!DOCTYPE html><html><head><meta charset="utf-8"><title>紫阳县人民政府 今日紫阳</title><script src="/script/jquery/jpage.js"></script></head><body>'
    + nav(
        "/col/{0}/index.html",
        "<div class='menu'><table><tr>{}</tr></table></div>",
        "<td><a href='{url}'>{name}</a></td>",
    )
    + '<table><tr><td>当前位置：<a href="/index.html">首页</a> &gt; <a href="/col/col1234/index.html">今日紫阳</a></td></tr></table><div id="5566" class="list"><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2&webid=7&columnid=1234&unitid=5566&webname=zyq"></a>]]></nextgroup><recordset>@ROWS@</recordset></datastore></script></div>'
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>紫阳县人民政府 今日紫阳 {title}</title><meta name="ArticleTitle" content="{title}"><meta name="pubDate" content="{iso} 11:02"></head><body><table width="1000" align="center"><tr><td class="title" align="center">{title}</td></tr><tr><td align="center">发布时间：{iso} 11:02 浏览次数：<script src="/module/visitcount/articlehits.jsp?colid=1234&artid={id}"></script> 来源：紫阳融媒</td></tr><tr><td><div id="zoom"><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div></td></tr></table></body></html>',
)
SITESERVER = build(
    "SiteServer with a headline block",
    "http://www.zynews.example/ziyang/index.html",
    cms="siteserver",
    address="/contents/27/{id}.html",
    day="%m-%d",
    row='<li class="clearfix"><span class="fr">{date}</span><a href="{href}">{title}</a></li>\n',
    next_url="http://www.zynews.example/ziyang/index_2.html",
    listing='<!DOCTYPE html><html><head><meta charset="utf-8"><title>紫阳 - 秦巴新闻网</title><script src="/sitefiles/assets/js/jquery.js"></script></head><body>'
    + nav("/{0}/", "<div class='nav_main'><ul>{}</ul></div>")
    + '<div class="container"><div class="row"><div class="col-md-8"><ol class="breadcrumb"><li><a href="/">首页</a></li><li class="active">紫阳</li></ol><div class="focus_pic"><a href="/contents/27/97777.html"><img src="/upload/images/1.jpg" alt="图集：秋日汉江"></a></div><ul class="list-unstyled news">@ROWS@</ul><div class="pager"><a href="index_2.html">下一页</a></div></div><div class="col-md-4">'
    + hot(
        "/contents/30/{}.html",
        "<div class='panel panel-default'><div class='panel-heading'>点击排行</div><ul class='list-group hot'>{}</ul></div>",
    )
    + "</div></div></div>"
    + FOOT
    + "</body></html>",
    article='<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - 秦巴新闻网</title><script src="/sitefiles/assets/js/jquery.js"></script></head><body><div class="container"><ol class="breadcrumb"><li><a href="/">首页</a></li><li><a href="/ziyang/">紫阳</a></li></ol><h2 class="text-center">{title}</h2><p class="text-center text-muted">{iso} 08:30:12　来源：秦巴新闻网　编辑：刘洋</p><div class="content-box">{body}</div></div></body></html>',
)

LAYOUTS = (EMPIRE, DEDE, PHPCMS, DISCUZ, WORDPRESS, JEECMS, TRS, TABLE, CARDS, JPAGE, SITESERVER)
