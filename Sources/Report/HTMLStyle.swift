/// The style sheet of every HTML report: one column, system fonts, light, dark and paper.
///
/// Colours are variables. The dark set stands twice, once for readers whose system asks for it and
/// once for those who press the button.
enum HTMLStyle {
  static let sheet = variables + page + charts + tables + narrow + paper

  private static let light = """
    color-scheme:light;--bg:#fbfbfa;--card:#fff;--ink:#1b1f24;--soft:#555d67;--line:#dfe2e6;\
    --grid:#eaecee;--fill:#f2f4f5;--accent:#0a5a9e;--better:#0a5a9e;--worse:#a8391a;\
    --tint-b:#dcebf7;--tint-w:#f9e2d9;--bar:#9db8d2;--risk:#c9a66b;--cash:#e9ebed;\
    --s0:#0a5a9e;--s1:#d07a00;--s2:#0f8f78;--s3:#8c4a8c;--s4:#6d727a;--s5:#b53a5a;--s6:#20242a;\
    --s7:#6b7280;--r0:#6fb1d6;--r1:#94c3dc;--r2:#bfd6dd;--r3:#ddd9c0;--r4:#e9d8a6;--r5:#e4ae6e;\
    --r6:#d27a48;--r7:#b2432a;--w0:#2f6fa8;--w1:#e0a03c;--w2:#2f9a7c;--w3:#b77bb0;--w4:#8fc1e3;\
    --w5:#c9583a;--w6:#a39a3e;--w7:#6d6fb5;--w8:#d98fa2;--w9:#5f7f5a;--w10:#8a7868;--w11:#aab4be;\
    --p1:#fbe7dc;--p2:#f6cdb8;--p3:#eca98a;--p4:#d97c57;--p5:#b8502d;\
    --on4:#111;--n1:#e3eef7;--n2:#c5dcee;--n3:#9cc2df;--n4:#679dc6;--n5:#2f73a6
    """

  private static let dark = """
    color-scheme:dark;--bg:#14171a;--card:#1a1e22;--ink:#e4e7ea;--soft:#a2abb5;--line:#30363c;\
    --grid:#262b30;--fill:#22272c;--accent:#6cb1ea;--better:#7dbcf0;--worse:#f0936f;\
    --tint-b:#1b3449;--tint-w:#46271b;--bar:#44688a;--risk:#8d7345;--cash:#2a2f35;\
    --s0:#6cb1ea;--s1:#e8a04a;--s2:#4fbf9f;--s3:#cf94cf;--s4:#a4abb3;--s5:#ec8098;--s6:#eef1f4;\
    --s7:#9aa3ad;--r0:#3f86ad;--r1:#6a9db8;--r2:#93b0b8;--r3:#b3ae95;--r4:#c9b57d;--r5:#cc9456;\
    --r6:#c46b3c;--r7:#b8442b;--w0:#4a8ac4;--w1:#d39a42;--w2:#3fa88a;--w3:#b97fb3;--w4:#7fb0d2;\
    --w5:#cf6446;--w6:#a8a04a;--w7:#7f82c9;--w8:#d38fa2;--w9:#76966f;--w10:#9c8a78;--w11:#7b858f;\
    --p1:#33251f;--p2:#4f3124;--p3:#70402b;--p4:#945135;--p5:#bd6642;\
    --on4:#fff;--n1:#1f2b35;--n2:#24405a;--n3:#2b5679;--n4:#346e9c;--n5:#4088be
    """

  private static let variables = """
    :root{\(light)}
    @media (prefers-color-scheme:dark){:root:not([data-theme=light]){\(dark)}}
    :root[data-theme=dark]{\(dark)}

    """

  private static let page = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,-apple-system,\
    "Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;\
    font-variant-numeric:tabular-nums}
    .page{max-width:1200px;margin:0 auto;padding:28px 28px 60px}
    header{display:flex;align-items:flex-start;gap:16px;margin-bottom:18px}
    header>div{flex:1;min-width:0}
    h1{font-size:24px;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;\
    overflow-wrap:anywhere}
    h2{font-size:15px;margin:0;font-weight:650}
    h3{font-size:13px;margin:18px 0 6px;font-weight:650}
    p{margin:0;max-width:78ch}
    .sub,.note,figcaption{color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}
    .finding{margin-bottom:10px}
    .note{margin:2px 0 10px;max-width:110ch}
    section{border-top:1px solid var(--line);padding:14px 0 14px}
    button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
    button:focus-visible,.scroll:focus-visible,a:focus-visible{outline:2px solid var(--accent);\
    outline-offset:2px}
    #theme{border:1px solid var(--line);border-radius:4px;padding:3px 10px;font-size:12px;\
    color:var(--soft);white-space:nowrap}
    nav{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;margin:0 0 18px}
    a{color:var(--accent);text-decoration:none}
    a:hover{text-decoration:underline}
    .verdict{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--soft);\
    border-radius:4px;padding:16px 18px 18px;margin-bottom:18px}
    .verdict.yes{border-left-color:var(--better)}
    .verdict.worse,.verdict.insample{border-left-color:var(--worse)}
    .verdict h2{font-size:18px;line-height:1.4;max-width:62ch;margin-bottom:8px}
    .verdict ul{margin:0;padding-left:18px;max-width:80ch}
    .verdict .both{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:10px 34px;\
    align-items:start}
    .tag{display:inline-block;font-size:12px;line-height:1.5;border:1px solid currentColor;\
    border-radius:3px;padding:0 7px;margin:0 6px 8px 0;color:var(--soft)}
    .tag.warn{color:var(--worse)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px 20px;\
    margin:14px 0 0;padding:12px 0 0;border-top:1px solid var(--line)}
    .tiles div{min-width:0}
    .tiles dt{color:var(--soft);font-size:12px}
    .tiles dd{margin:0;font-size:19px;font-weight:600;line-height:1.3}
    .tiles small{display:block;font-size:12px;font-weight:400;color:var(--soft)}
    .warnings{border:1px solid var(--line);border-left:5px solid var(--worse);border-radius:4px;\
    padding:10px 18px;margin:0 0 18px;background:var(--card);list-style:none}
    dl.plain{display:grid;grid-template-columns:minmax(110px,210px) minmax(0,1fr);gap:4px 18px;\
    margin:0;font-size:13px}
    dl.plain dt{color:var(--soft)}
    dl.plain dd{margin:0;overflow-wrap:anywhere}
    code,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;\
    font-size:12px}
    .pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 40px}
    .pair>section{min-width:0}
    .better{color:var(--better)}.lesser{color:var(--worse)}.soft{color:var(--soft)}

    """

  private static let charts = """
    figure{margin:0 0 14px}
    figcaption{margin-bottom:4px}
    .legend{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:12.5px;margin:0 0 8px;min-height:20px}
    .key{display:inline-flex;align-items:center;gap:6px;color:var(--soft);white-space:nowrap}
    .key b{color:var(--ink);font-weight:600}
    .key i{width:14px;height:10px;border-radius:2px;display:inline-block;flex:none}
    button.key i{height:3px}
    .key[aria-pressed=false]{opacity:.4;text-decoration:line-through}
    .frame{display:grid;grid-template-columns:58px minmax(0,1fr)}
    .ylabels{position:relative;font-size:11px;color:var(--soft)}
    .ylabels span{position:absolute;right:8px;transform:translateY(-50%);white-space:nowrap}
    .plot{position:relative;touch-action:pan-y}
    .plot svg{position:absolute;inset:0;width:100%;height:100%;display:block;overflow:hidden}
    .plot path,.plot line{vector-effect:non-scaling-stroke;fill:none;stroke-linejoin:round}
    .cross{position:absolute;top:0;bottom:0;width:1px;background:var(--ink);opacity:.45;\
    pointer-events:none}
    .tall .plot{height:300px}.mid .plot{height:150px}.stack .plot{height:190px}
    .band .plot{height:22px}.row .plot{height:10px}
    .tall .plot,.mid .plot{border-bottom:1px solid var(--line)}
    .grid{stroke:var(--grid)}.zero{stroke:var(--soft)}
    .row,.band{margin-top:3px}
    .row .ylabels span,.band .ylabels span{top:50%;max-width:54px;overflow:hidden;\
    text-overflow:ellipsis;line-height:1.1}
    .row .plot,.band .plot{background:var(--fill)}
    .xlabels{position:relative;height:18px;margin:3px 0 0 58px;font-size:11px;color:var(--soft)}
    .xlabels span{position:absolute;transform:translateX(-50%);white-space:nowrap}
    .xlabels span::before{content:"";position:absolute;left:50%;top:-3px;height:4px;\
    border-left:1px solid var(--line)}
    .xlabels .first{transform:none}.xlabels .first::before{left:0}
    .xlabels .last{transform:translateX(-100%)}.xlabels .last::before{left:100%}
    .chart{margin-bottom:6px}
    \((0..<8).map { ".plot path.s\($0){stroke:var(--s\($0));stroke-width:1.2}" }.joined())
    .plot path.s0{stroke-width:2}
    .plot path.s4{stroke-dasharray:5 2}
    .plot path.shade{fill:var(--s0);opacity:.12;stroke:none}
    \((0..<8).map { "i.s\($0){background:var(--s\($0))}" }.joined())
    \((0..<8).map { ".plot path.r\($0){fill:var(--r\($0))}i.r\($0){background:var(--r\($0))}" }
      .joined())
    \((0..<12).map { ".plot path.w\($0){fill:var(--w\($0))}i.w\($0){background:var(--w\($0))}" }
      .joined())
    .plot path.hist{fill:var(--bar)}i.hist{background:var(--bar)}
    .plot line.own{stroke:var(--s0);stroke-width:2.5}.plot line.median{stroke:var(--soft);\
    stroke-dasharray:4 3}
    .plot path.cash{fill:var(--cash)}i.cash{background:var(--cash)}
    details{margin:6px 0}summary{cursor:pointer;font-size:12.5px;color:var(--soft)}
    .forest{display:grid;grid-template-columns:minmax(70px,max-content) minmax(60px,1fr) \
    max-content;gap:5px 12px;align-items:center;font-size:12.5px}
    .forest .pairing{display:contents}
    .forest .track{position:relative;height:18px;background:linear-gradient(var(--grid),\
    var(--grid)) center/100% 1px no-repeat}
    .forest .track i{position:absolute}
    .forest .zero{top:0;bottom:0;width:1px;background:var(--soft)}
    .forest .span{top:7px;height:4px;background:var(--soft);border-radius:2px}
    .forest .dot{top:4px;width:4px;height:10px;margin-left:-2px;background:var(--ink)}
    .forest .is-better .span,.forest .is-better .dot{background:var(--better)}
    .forest .is-worse .span,.forest .is-worse .dot{background:var(--worse)}
    .forest small{display:block;color:var(--soft);font-size:11.5px;line-height:1.25}
    .forest .axis{position:relative;height:15px;font-size:11px;color:var(--soft)}
    .forest .axis span{position:absolute;transform:translateX(-50%)}
    .forest em{font-style:normal;overflow-wrap:anywhere}

    """

  private static let tables = """
    .scroll{overflow-x:auto;max-width:100%;margin:0 0 8px}
    table{border-collapse:separate;border-spacing:0;font-size:12.5px;line-height:1.4;min-width:100%}
    th,td{padding:4px 10px 4px 0;text-align:right;vertical-align:top;white-space:nowrap;\
    border-bottom:1px solid var(--grid)}
    th{font-weight:500;color:var(--soft);border-bottom-color:var(--line);vertical-align:bottom}
    th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--bg);\
    z-index:1}
    td.text,th.text{text-align:left}
    td.wrap{white-space:normal;min-width:220px}
    th:last-child,td:last-child{padding-right:0}
    tr.own td{font-weight:600}
    tr.more td{border-bottom-color:transparent;padding-bottom:1px}
    td small,th small{display:block;color:var(--soft);font-size:11.5px;font-weight:400}
    th.group{text-align:left;color:var(--ink);font-weight:600;padding-top:8px}
    td.edge,th.edge{padding-left:14px;border-left:1px solid var(--line)}
    tbody th{text-align:left;font-weight:500;color:var(--ink);position:sticky;left:0;\
    background:var(--bg);border-bottom-color:var(--grid);vertical-align:top}
    td.open{background:var(--tint-b)}td.shut{background:none}
    td.chip,th.chip{padding:4px 10px}td.chip{border-left:2px solid var(--bg);white-space:normal;\
    min-width:112px}
    .bar{position:relative;display:block;height:5px;min-width:74px;margin-top:2px;\
    background:var(--fill)}
    .bar i{position:absolute;top:0;bottom:0;background:var(--bar)}
    .bar i.up{background:var(--better)}.bar i.down{background:var(--worse);opacity:.55}
    .bar i.risk{background:var(--risk)}
    .bar i.at0{width:1px;background:var(--soft)}
    .bars td{min-width:96px}.bars td,.bars th{padding-right:14px}
    .bars td:last-child,.bars th:last-child{padding-right:0}
    .bars td.why,td.why{white-space:normal;min-width:300px;color:var(--soft)}
    .count td:nth-child(3){width:45%}.count .bar{margin-top:7px}
    \((1...5).map { "td.p\($0){background:var(--p\($0))}td.n\($0){background:var(--n\($0))}" }
      .joined())
    td.p4,td.n4{color:var(--on4)}td.p5,td.n5{color:#fff}
    table.map{min-width:0;font-size:11px;border-spacing:1px}
    table.map td{padding:0;text-align:center;border:0;min-width:34px;height:24px;\
    vertical-align:middle;position:static}
    table.map.dense td{min-width:13px;width:13px;height:13px}
    table.map th{border:0;padding:0 4px;font-size:11px;text-align:center}
    table.map tbody th{text-align:right;vertical-align:middle;padding-right:6px}
    table.map.dense thead th{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;\
    padding:2px 0}
    table.map td.self{background:var(--fill)}

    """

  private static let narrow = """
    @media (max-width:820px){.pair,.verdict .both{grid-template-columns:minmax(0,1fr)}}
    @media (max-width:600px){
    .page{padding:16px 14px 40px}
    h1{font-size:20px}.verdict{padding:12px 14px 14px}.verdict h2{font-size:16px}
    .tiles{grid-template-columns:1fr 1fr}.tiles dd{font-size:17px}
    .frame{grid-template-columns:50px minmax(0,1fr)}.xlabels{margin-left:50px}
    .xlabels .minor{display:none}
    .tall .plot{height:220px}.mid .plot{height:120px}.stack .plot{height:160px}
    .row .ylabels span,.band .ylabels span{max-width:46px}
    .legend{gap:2px 12px;margin-bottom:12px}
    .bars td.why,td.why{min-width:440px}
    .fit td,.fit th{padding-right:7px}.fit th,.fit small{white-space:normal}
    .forest{display:block}
    .forest .pairing{display:grid;grid-template-columns:minmax(0,1fr) max-content;gap:0 10px;\
    margin-bottom:5px}
    .forest .track,.forest .axis{grid-column:1/-1;grid-row:2}
    .forest small{display:inline;margin-left:6px}
    dl.plain{grid-template-columns:minmax(0,1fr);gap:0}dl.plain dd{margin-bottom:6px}
    }

    """

  /// Nobody can unfold a sheet of paper: details stand open on it.
  private static let paper = """
    @media print{
    :root,:root[data-theme=dark],:root:not([data-theme=light]){\(light);--bg:#fff}
    body{font-size:9.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    .page{max-width:none;padding:0}
    #theme,nav,.cross{display:none}
    details::details-content{content-visibility:visible}
    section{padding:10px 0 12px}h2,h3,.note{break-after:avoid}
    section:has(figure){break-inside:avoid}
    figure,tr,.verdict,.tiles{break-inside:avoid}
    .scroll{overflow:visible}table{font-size:7.5pt}th,td{padding-right:6px;white-space:normal}
    td.chip,th.chip{padding:3px 6px}td small,th small{font-size:6.5pt}
    .bars td.why,td.why,td.wrap{min-width:120px}.bars td,.bar{min-width:40px}
    .tall .plot{height:220px}
    @page{margin:14mm}
    }

    """
}
