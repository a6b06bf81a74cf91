using System.Collections.Frozen;

namespace TokenThrift.Text;

/// <summary>The accented letters of the Latin script as a letter and a mark (the canonical decompositions of the Unicode Character Database).</summary>
internal static class LatinLetters
{
    private static readonly FrozenDictionary<char, (char Letter, char Mark)> Table = Make();

    /// <summary>Splits an accented letter.</summary>
    public static bool TryDecompose(char c, out char letter, out char mark)
    {
        bool found = Table.TryGetValue(c, out (char Letter, char Mark) pair);
        (letter, mark) = pair;
        return found;
    }

    private static FrozenDictionary<char, (char Letter, char Mark)> Make()
    {
        var table = new Dictionary<char, (char, char)>();
        Add('\u0300', "AÀEÈIÌOÒUÙaàeèiìoòuùNǸnǹWẀwẁYỲyỳ");
        Add('\u0301', "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźGǴgǵÆǼæǽØǾøǿKḰkḱMḾmḿPṔpṕWẂwẃ");
        Add('\u0302', "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑ");
        Add('\u0303', "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽEẼeẽYỸyỹ");
        Add('\u0304', "AĀaāEĒeēIĪiīOŌoōUŪuūÆǢæǣYȲyȳGḠgḡ");
        Add('\u0306', "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭ");
        Add('\u0307', "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡTṪtṫWẆwẇXẊxẋYẎyẏſẛ");
        Add('\u0308', "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸHḦhḧWẄwẅXẌxẍtẗ");
        Add('\u0309', "AẢaảEẺeẻIỈiỉOỎoỏUỦuủYỶyỷ");
        Add('\u030A', "AÅaåUŮuůwẘyẙ");
        Add('\u030B', "OŐoőUŰuű");
        Add('\u030C', "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ");
        Add('\u030F', "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕ");
        Add('\u0311', "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ");
        Add('\u031B', "OƠoơUƯuư");
        Add('\u0323', "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọUỤuụYỴyỵ");
        Add('\u0324', "UṲuṳ");
        Add('\u0325', "AḀaḁ");
        Add('\u0326', "SȘsșTȚtț");
        Add('\u0327', "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ");
        Add('\u0328', "AĄaąEĘeęIĮiįUŲuųOǪoǫ");
        Add('\u032D', "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ");
        Add('\u032E', "HḪhḫ");
        Add('\u0330', "EḚeḛIḬiḭUṴuṵ");
        Add('\u0331', "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ");
        return table.ToFrozenDictionary();

        // Pairs of a plain letter and the same with the mark.
        void Add(char mark, string pairs)
        {
            for (int i = 0; i < pairs.Length; i += 2)
            {
                table[pairs[i + 1]] = (pairs[i], mark);
            }
        }
    }
}
