var _hmt = _hmt || [];
(function () {
  var hm = document.createElement("script");
  hm.src = "https://hm.count.example/hm.js?5f2c9a1e07b84d6d93f0a1c2b3d4e5f6";
  var s = document.getElementsByTagName("script")[0]; s.parentNode.insertBefore(hm, s);
})();
(function () {
  var bp = document.createElement("script"), protocol = window.location.protocol.split(":")[0];
  bp.src = protocol === "https" ? "https://zz.push.example/linksubmit/push.js" : "http://push.zz.example/push.js";
  var s = document.getElementsByTagName("script")[0]; s.parentNode.insertBefore(bp, s);
})();
window._bd_share_config = {"common": {"bdSnsKey": {}, "bdText": "", "bdMini": "2", "bdMiniList": false, "bdPic": "", "bdStyle": "0", "bdSize": "24"}, "share": {}, "image": {"viewList": ["qzone", "tsina", "tqq", "renren", "weixin"], "viewText": "分享到：", "viewSize": "16"}, "selectShare": {"bdContainerClass": null, "bdSelectMiniList": ["qzone", "tsina", "tqq", "renren", "weixin"]}};
with (document) { 0[(getElementsByTagName("head")[0] || body).appendChild(createElement("script")).src = "/static/api/js/share.js?v=89860593.js?cdnversion=" + ~(-new Date() / 36e5)]; }
