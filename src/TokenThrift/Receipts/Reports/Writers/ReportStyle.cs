namespace TokenThrift.Receipts;

/// <summary>The style of the page.</summary>
internal static class ReportStyle
{
    public const string Css =
        """

        :root{--bg:#fbfaf7;--card:#fff;--fg:#1c2024;--soft:#5b6470;--line:#e3e1db;--gain:#0f766e;--loss:#b45309;--whole:#64748b;--with:#0f766e;--without:#64748b;--warn:#fff4e0;--mark:#eef6f4}
        @media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;--fg:#e8eaed;--soft:#a3abb5;--line:#33383f;--gain:#2dd4bf;--loss:#f59e0b;--whole:#94a3b8;--with:#2dd4bf;--without:#94a3b8;--warn:#3a2c12;--mark:#1f2f2e}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
        h1{font-size:30px;line-height:1.2;margin:0}h2{font-size:21px;margin:0 0 6px}h3{font-size:16px;margin:22px 0 4px}
        p{margin:6px 0}.kicker{color:var(--gain);font-weight:600;margin:0}.note{color:var(--soft);font-size:14px}.est{color:var(--soft)}
        section,.hero,.tiles>div,footer{background:var(--card);border:1px solid var(--line);border-radius:12px}
        section,footer{padding:20px;margin-top:18px}footer{font-size:14px;color:var(--soft)}footer h2{font-size:16px;color:var(--fg)}
        .hero{display:flex;flex-wrap:wrap;align-items:end;justify-content:space-between;gap:10px 30px;padding:20px;margin-top:18px}
        .hero p{margin:0}.label{color:var(--soft)}.big{font-size:48px;line-height:1.1;font-weight:700;color:var(--gain);font-variant-numeric:tabular-nums}.share{font-size:26px;font-weight:600}.sum{max-width:26em}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:12px 0 0}
        .tiles>div{padding:12px 14px}dt{color:var(--soft);font-size:14px}dd{margin:0;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}dd.note{font-size:13px;font-weight:400}
        .bars>div{display:grid;grid-template-columns:9em 1fr 8em;gap:12px;align-items:center;padding:5px 0}
        .bars b{text-align:right;font-variant-numeric:tabular-nums}.track{display:block;height:22px;background:linear-gradient(var(--line),var(--line)) left/1px 100% no-repeat}
        .track i{display:block;height:100%;border-radius:3px;min-width:1px}
        i.gain{background:var(--gain)}i.loss{background:var(--loss)}i.whole{background:var(--whole)}
        .scroll{overflow-x:auto;margin:10px 0 0}figure{margin:14px 0 0}svg{display:block;width:100%;height:auto}.flow svg{min-width:560px}
        figcaption{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:14px}.key{color:var(--soft)}.key::before{content:"";display:inline-block;width:24px;margin-right:7px;vertical-align:middle;border-top:2.5px solid var(--with)}.key.without::before{border-top:2.5px dashed var(--without)}
        svg text{fill:var(--soft);font-size:10.5px}.used{background:var(--mark)}details{margin-top:12px}.grid{stroke:var(--line)}.line{fill:none;stroke-width:2.5}.line.with{stroke:var(--with)}.line.without{stroke:var(--without);stroke-dasharray:7 4}
        .ribbon{fill:none;stroke:var(--whole);opacity:.35}.ribbon.cached{stroke:var(--gain);opacity:.5}.node{fill:var(--whole)}
        table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap}
        thead th{color:var(--soft);font-weight:500}tbody th{font-weight:500}.n{text-align:right;font-variant-numeric:tabular-nums}td.n:last-child,th.n:last-child{padding-right:0}
        .bar{display:inline-block;width:90px;height:9px;background:var(--line);border-radius:5px;vertical-align:middle;overflow:hidden}.bar i{display:block;height:100%}.pct{margin-left:8px;font-variant-numeric:tabular-nums}
        .axes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:6px 32px}.axes>div{min-width:0;overflow-x:auto}
        .warn{background:var(--warn);border-radius:8px;padding:8px 12px}code{font-size:12px}summary{cursor:pointer}
        @media (max-width:560px){main{padding:18px 12px 40px}.tiles>div:last-child:nth-child(odd){grid-column:1/-1}.big{font-size:38px}.bars>div{grid-template-columns:6.5em 1fr 6.5em;gap:8px;font-size:14px}section,.hero,footer{padding:14px}svg text{font-size:22px}.flow svg text{font-size:13px}}
        @media print{:root{--bg:#fff;--card:#fff;--fg:#000;--soft:#444;--line:#ccc;--gain:#0f766e;--loss:#b45309;--whole:#64748b;--with:#0f766e;--without:#64748b;--warn:#fff4e0;--mark:#eef6f4}body{font-size:12px}main{max-width:none;padding:0}table{font-size:10px}th,td{padding:3px 7px 3px 0}.hero,.tiles>div,figure,tr,.bars{break-inside:avoid}h1{font-size:22px}h2,h3,.note{break-after:avoid}p{break-inside:avoid}.tiles{grid-template-columns:repeat(5,1fr)}.tiles>div{padding:8px 10px}dd{font-size:19px}details:not([open]){display:none}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}.flow svg{min-width:0}.scroll{overflow:visible}}

        """;
}
