var SITE = {id: 17, channel: 204, root: "/", resource: "/res/", lang: "zh_CN", version: "20260114"};
(function (win, doc) {
  function ready(fn) {
    if (doc.readyState !== "loading") { fn(); } else if (doc.addEventListener) { doc.addEventListener("DOMContentLoaded", fn); }
    else { doc.attachEvent("onreadystatechange", function () { if (doc.readyState === "complete") { fn(); } }); }
  }
  function cookie(name, value, days) {
    if (typeof value === "undefined") {
      var found = doc.cookie.match(new RegExp("(^|; )" + name + "=([^;]*)"));
      return found ? decodeURIComponent(found[2]) : null;
    }
    var when = new Date(); when.setTime(when.getTime() + days * 864e5);
    doc.cookie = name + "=" + encodeURIComponent(value) + ";expires=" + when.toUTCString() + ";path=/";
  }
  function tab(id) {
    var box = doc.getElementById(id); if (!box) { return; }
    var heads = box.getElementsByTagName("h3"), lists = box.getElementsByTagName("ul");
    for (var i = 0; i < heads.length; i++) {
      heads[i].index = i;
      heads[i].onmouseover = function () {
        for (var j = 0; j < lists.length; j++) { lists[j].style.display = j === this.index ? "block" : "none"; heads[j].className = j === this.index ? "on" : ""; }
      };
    }
  }
  function fontsize(step) {
    var body = doc.getElementById("content") || doc.getElementById("zoom"); if (!body) { return; }
    var size = parseInt(body.style.fontSize || "17", 10) + step; if (size < 12 || size > 30) { return; }
    body.style.fontSize = size + "px"; var all = body.getElementsByTagName("p");
    for (var i = 0; i < all.length; i++) { all[i].style.fontSize = size + "px"; }
  }
  function hits(id) {
    var s = doc.createElement("script"); s.async = true;
    s.src = SITE.root + "api/count.php?id=" + id + "&modelid=1&t=" + new Date().getTime();
    (doc.head || doc.body).appendChild(s);
  }
  function share(to) {
    var url = encodeURIComponent(location.href), title = encodeURIComponent(doc.title), links = {
      sina: "http://service.weibo.example/share/share.php?url=" + url + "&title=" + title,
      qzone: "http://sns.qzone.example/cgi-bin/qzshare/cgi_qzshare_onekey?url=" + url + "&title=" + title,
      weixin: "/plus/qrcode.php?data=" + url };
    if (links[to]) { win.open(links[to], "_blank", "width=640,height=480"); }
  }
  function roll(id, height, pause) {
    var list = doc.getElementById(id); if (!list) { return; } var at = 0, timer;
    function step() { at += 2; list.style.marginTop = -at + "px"; if (at % height === 0) { clearInterval(timer); list.appendChild(list.children[0]); list.style.marginTop = "0"; at = 0; setTimeout(start, pause); } }
    function start() { timer = setInterval(step, 30); } setTimeout(start, pause);
  }
  ready(function () {
    tab("hotTab"); tab("picTab"); roll("notice", 32, 4000);
    var week = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"], now = new Date(), place = doc.getElementById("today");
    if (place) { place.innerHTML = now.getFullYear() + "年" + (now.getMonth() + 1) + "月" + now.getDate() + "日 " + week[now.getDay()]; }
    var top = doc.getElementById("gotop");
    win.onscroll = function () { if (top) { top.style.display = (doc.documentElement.scrollTop || doc.body.scrollTop) > 300 ? "block" : "none"; } };
    if (/(iPhone|iPad|Android|Mobile)/i.test(navigator.userAgent) && !cookie("pc")) { var m = doc.querySelector && doc.querySelector("link[rel=alternate][media]"); if (m) { location.replace(m.getAttribute("href")); } }
  });
  win.cms = {cookie: cookie, tab: tab, fontsize: fontsize, hits: hits, share: share};
})(window, document);
