"""The words that tell what a list is: of headings, by role and in many languages; of classes and ids; of addresses.

Data for sidebars.py, which reads headings in lower case and class words along a list's path. In: nothing. Out: tables.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.extraction.alternatives import any_of, listed
from crawler.items import SidebarRole


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A heading's words and the role they give; the first role that has one of them wins. Stems where a language inflects; what
# other words begin with as well ("live" and Liverpool) ends in "$" and stands for itself alone.
_HEADINGS: dict[SidebarRole, str] = {
    "other": """
        editor's pick|editors' pick|editor’s pick|editors’ pick|editor's choice|editor’s choice|top stories|top headlines
        more news|spotlight|must read|main news|in pictures|주요뉴스|जरूर पढ़ें
        schreibe einen kommentar|kommentar schreiben|kommentar hinterlassen|skriv en kommentar|legg igjen en kommentar
    """,
    "most-read": """
        most read|most popular|most viewed|most shared|most commented|most discussed|most watched|most liked|popular|trending
        top read
        also reading|others read|top hits|top posts|hot topics|what's hot
        meistgelesen|meistgeklickt|meistgesehen|meistgeteilt|meistkommentiert|meistdiskutiert|meist gelesen|beliebt
        häufig gelesen|top-themen|das lesen andere|topartikel
        plus lus|plus lues|plus consult|plus partag|populaire|le plus lu
        più lett|piu lett|più vist|i più
        lo más leído|lo más visto|más leíd|más vist|más popular|lo + leído|más compartid
        mais lid|mais vist|em alta|mais popular
        mest les|mest läs|mest læs|mest sett|mest sedd|mest set|mest delt|luetuimmat|meest gelezen|populair
        nejčtenější|najczęściej|czytane|popularne|populiariausi|skaitomiausi|lasītākie|loetum|legolvasott|népszerű
        cele mai citite|citite|populare|най-чете|най-комент|най-споделян|популярн|читаемое|чаще всего|найчитаніш
        δημοφιλή|δημοφιλέστερα|çok okunan|en çok|popüler|terpopuler|populer
        ランキング|人気|よく読まれ|많이 본|인기|熱門|热门|热点|排行|点击排行|最多人
        الأكثر قراءة|اكثر قراءة|الأكثر|پربازدید|پربیننده|مقبول|הנקראות|נצפות|ज्यादा पठित|लोकप्रिय|ट्रेंडिंग
        সর্বাধিক পঠিত|জনপ্রিয়
    """,
    "editorial": """
        editorial|leitartikel|éditorial|editoriale|社説|사설|社論|社评|передовица|редакционн|افتتاحية|اداریہ|سرمقاله|संपादकीय
    """,
    "opinion": """
        opinion|opini$|op-ed|opinión|opinião|opiniõ|meinung|kommentar$|commentary|columns|columnist|columnas|tribune|debatt|ledare|ledarsid
        мнени|думка|オピニオン|コラム|오피니언|칼럼|觀點|观点|評論|رأي|مقالات|γνώμη|απόψεις|nuomonės|názory|opinie|vélemény|editoriali
        yazarlar|दृष्टिकोण|विचार|mielipide|meninger
    """,
    "related": """
        related|read more|read also|also read|see also|more on|more from|more about|more in|you may|you might|recommend
        read next|next read|up next|keep reading|continue reading|similar|don't miss|more like|suggested
        what to read next|read this next|reading next|next up|in this section|further reading
        zum thema|mehr zu|mehr aus|mehr von|aus dem ressort|lesen sie|lesen sie auch|auch interessant|weitere artikel
        weiterlesen|passend|siehe auch|zum selben thema|lesetipp|weiterführend
        ähnlich|verwandt|empfiehlt|empfehl|empfohlen|das könnte|interessieren|dossier
        à lire|lire aussi|sur le même|articles liés|articles connexes|voir aussi|en relation|similaires|recommand
        vous conseille|à découvrir
        leggi anche|correlat|potrebbe|raccomand|consigliat|ti potrebbe|per approfondire|per saperne di più
        relacionad|leia também|veja também|leia mais|te puede|también te|te recomendamos|más sobre|más información
        lee también|leé también|lea también|lea además|seguir leyendo|seguí leyendo|ver más|te sugerimos|saiba mais|recomendad
        les også|läs också|läs mer|læs også|les mer|mer om|lue myös|lees ook|lees meer|gerelateerd|meer over
        čtěte|souvisej|mohlo by|czytaj|przeczytaj|zobacz też|zobacz także|zobacz również|więcej na ten temat|powiązane
        polecane|susij|taip pat|skaitykite
        lasi arī|loe ka
        по теме|читайте|смотрите также|материалы по|похожие|още по|още от|свързани|по темі|читайте також
        baca juga|terkait|rekomendasi|ilgili|benzer|bunları da|kapcsolód|ajánl|olvasd|citește|citeşte|lexo|të ngjashme
        関連|あわせて読み|おすすめ|관련|추천|相關|相关|推薦|推荐|延伸閱讀|延伸阅读|猜你喜欢
        اقرأ|إقرأ|ذات صلة|ذات علاقة|مرتبط|قد يعجبك|ترشيحاتنا|مواضيع متعلقة|مزید پڑھیں|متعلقہ|यह भी पढ़ें
        σχετικά|διαβάστε|διαβαστε|קראו גם|עוד בנושא|כתבות נוספות|կարդացեք|یہ بھی پڑھیں|আরও পড়ুন|আরো পড়ুন|সম্পর্কিত
    """,
    "latest": """
        latest|recent|newest|today's headlines|breaking|just in|live$|new on|new articles|new posts|flash info|newsfeed
        news feed|now$|neueste|neuste|neue artikel|neue beiträge|aktuell|letzte|nachrichten|newsticker|schlagzeilen
        jetzt|neu auf
        dernièr|dernier|récent|en direct|en continu|à la une|en ce moment|fil info|fil d'actu
        ultime|ultimi|ultim'ora|última|último|ahora|agora|recientes|minuto a minuto
        siste$|senaste|seneste|uusimmat|tuoreimmat|laatste|net binnen|nieuwste
        nejnovější|vydali jsme|hlavní zprávy|najnowsze|ostatnie|wiadomości|naujausi|naujien|jaunākie|viimased|uudised
        последн|свежие|новости|лента|последни|новини|останні|най-нови
        terbaru|terkini|son dakika|son haberler|friss$|legfrissebb|ultimele|recente|te fundit|tash$|lajmet
        最新|速報|新着|최신|속보|即時|实时|滚动|أحدث|آخر الاخبار|آخر الأخبار|أخر|اخر الأخبار|آخرین|تازہ|ताज़ा|ताजा
        τελευταία|ροή|νεότερα|חדשות|সর্বশেষ
    """,
}


def _headings(text: str) -> re.Pattern[str]:
    """Whether a heading in lower case has one of the words, those of ASCII at the beginning of a word."""
    return re.compile(
        any_of(r"\b" + re.escape(word) if word[0].isascii() else re.escape(word) for word in listed(text))
    )


def _stem(word: str) -> str:
    """The pattern of a word of _HEADINGS."""
    return re.escape(word[:-1]) + r"\b" if word.endswith("$") else re.escape(word)


_ROLES = tuple(_HEADINGS)
_ROLE_OF_WORD = {word.rstrip("$"): _ROLES.index(role) for role in reversed(_ROLES) for word in listed(_HEADINGS[role])}
# Each finds at every place the first role's word that stands there; those of ASCII stand at the beginning of a word.
_WORDS = [word for role in _ROLES for word in listed(_HEADINGS[role])]
_ASCII_WORDS = re.compile(rf"\b(?=({any_of(_stem(word) for word in _WORDS if word[0].isascii())}))")
_OTHER_WORDS = re.compile(f"(?=({any_of(re.escape(word) for word in _WORDS if not word[0].isascii())}))")


@lru_cache(maxsize=16_384)
def role_of_heading(heading: str) -> SidebarRole | None:
    """The role that a heading's words give; None where they give none."""
    lowered = heading.lower()
    said = _ASCII_WORDS.findall(lowered)
    if not lowered.isascii():
        said += _OTHER_WORDS.findall(lowered)
    return _ROLES[min(_ROLE_OF_WORD[word] for word in said)] if said else None


# Headings of lists of adverts, whatever else is seen of them.
ADVERT_HEADINGS = _headings("""
    sponsor|advert|promoted|paid content|partner content|from our partners|brand content|anzeige|werbung|annons|annonsør
    publicité|contenu sponsorisé|publicidad|patrocinad|pubblicità|publicidade|reklama|реклама|sponsorlu|広告|贊助|赞助|廣告|광고
    إعلان
""")

# Headings that are seldom those of sidebars: of comments, jobs, events, offers.
FURNITURE_HEADINGS = _headings("""
    partner|shop|deals|offers|jobs|job market|events|calendar|newsletter|comments|subscribe|follow us|store|coupons|puzzles
    games|press release|company news|brand|stellenmarkt|stellenangebote|kommentare|kurse|angebote|verlagsangebote
    karrierewelt|termine|gutscheine|kommentarer|commentaires|offres|petites annonces|comentarios|empleo|commenti|offerte
    comentários|комментар|новости компаний|пресс-релиз|вакансии|komentarze|komentáře|yorumlar|komentar|コメント|イベント|留言
    댓글|تعليقات
""")

# Words of a list's classes and ids, and the role they give where the heading gives none; the first wins.
CLASS_ROLES: tuple[tuple[SidebarRole, re.Pattern[str]], ...] = (
    ("most-read", re.compile(r"most-?(?:read|popular|viewed|shared)|popular|trending|ranking|top-?posts|meistgelesen")),
    ("editorial", re.compile(r"editorial(?!-?pick)")),
    ("opinion", re.compile(r"opinion|columnist")),
    ("related", re.compile(r"relat|relacion|recommend|read-?(?:more|next|also)|more-?on|keep-?reading|similar|yarpp")),
    ("latest", re.compile(r"latest|recent|ticker|breaking|newsfeed|just-?in")),
)

# Path segments of addresses that open a person, a tag or a form, whatever follows them.
NEVER_STORIES = words_of(
    """account author authors autor autores autoren autori auteur auteurs categoria categorias categorie categories
    category contributor contributors etiqueta etiquetas forgot hashtag kategorie keyword keywords label login logout
    member members newsletter newsletters people person profil profile profiles register rubrik search share signin
    signup staff subscribe subscription subscriptions suche tag tagged tags tema temas temat thema themen topic topics
    user users writer writers"""
)

# Path segments of listings, under which a story may lie all the same.
LISTINGS = words_of(
    """about about-us advertise advertising archive archives columnists comments contact contact-us cookies feed feeds
    help imprint impressum jobs kontakt legal pages privacy rss serie series sitemap terms"""
)

# What papers print above an advert, which is no heading of the list that follows it.
ADVERT_MARK = re.compile(
    r"\W*(?:google )?(?:ads?|advert\w*|sponsored|anzeigen?|werbung|reklama|annons|annonse|publicité|publicidad|pubblicità"
    r"|publicidade|реклама|広告|廣告|광고|إعلان)\W*",
    re.IGNORECASE,
)

# What a link to a story says that is no headline: the way on, what is done with the story there, the kind of what it opens.
_NO_HEADLINES = """
    read more|read now|read|more|continue reading|continue|full story|learn more|see more|view more|watch|watch now|watch video
    video|videos|play|play video|listen|photos|gallery|live|next|next post|next article|next story|previous|previous post
    previous article|previous story|print|print article|email|e-mail|share|tweet|comment|comments|leave a comment|save
    mehr|mehr lesen|mehr erfahren|weiterlesen|weiter|zum artikel|artikel lesen|artikel drucken|drucken|ausdrucken|teilen|merken
    kommentieren|kommentare|kommentar schreiben
    lire|lire la suite|lire plus|lire l'article|en savoir plus|imprimer|partager|commenter
    leer|leer más|seguir leyendo|ver más|imprimir|compartir|comentar|leia mais|ler mais|saiba mais|compartilhar
    leggi|leggi tutto|continua a leggere|leggi di più|stampa|condividi
    lees meer|lees verder|läs mer|les mer|læs mere|lue lisää
    czytaj więcej|czytaj dalej|drukuj|udostępnij|číst více|devamını oku|devamı|читать|читать далее|подробнее|печать
    baca selengkapnya|selengkapnya|اقرأ المزيد|المزيد|مزید پڑھیں|और पढ़ें|আরও পড়ুন|続きを読む|もっと見る|더보기|閱讀更多|阅读更多
    更多
"""
NO_HEADLINE = re.compile(
    rf"\W*(?:{any_of(map(re.escape, listed(_NO_HEADLINES)))}|\d+ (?:comments?|kommentare?|replies|views))\W*"
    r"|\d\d?(?::\d\d){1,2}|[←→‹›«»<>▶►+]+",
    re.IGNORECASE,
)

# What is said of the links to the stories before and after this one.
NEIGHBOUR = r"(?<![a-z])prev(?![a-z])|(?<![a-z])next(?![a-z])|previous|next-?post|pagination|pager|post-nav|neighbo"

# What the words of classes and ids up a list's path speak of, for the model; the first that fits at a place counts.
_CLASS_WORDS = {
    "navigation": r"nav|menu|mega|flyout|drop-?down|offcanvas|burger|drawer",
    "footer": r"foot",
    "header": r"header|masthead|top-?bar",
    "comments": r"comment|disqus|kommentar|coment",
    "advert": r"\bads?\b|advert|sponsor|promo|partner|outbrain|taboola|native|paid|affiliate|annons|anzeige|banner",
    "shop": r"shop|product|offer|deal|campaign|coupon",
    "sharing": r"share|sharing|social|follow|newsletter|subscri|sign-?up|login|cookie|consent|paywall",
    "tags": r"\btags?\b|topic|keyword|categor|breadcrumb|\bcats?\b",
    "author": r"author|byline|contributor|staff",
    "related": r"relat|recommend|read-?more|read-?next|also|similar|more-?on|yarpp|further|connex",
    "popular": r"popular|most|trending|ranking|top-?|hot|best",
    "latest": r"latest|recent|newest|ticker|breaking|feed|just-?in|live",
    "side": r"side|aside|rail|right|widget|secondary",
    "card": r"card|teaser|item|post|article|story|news|entry|media",
    "list": r"list|grid|row|slider|carousel|swiper|slick|collection|block|box|module|section",
    "event": r"event|calendar|job|weather|agenda|horoscop|game|puzzle",
    "film": r"podcast|video|gallery|photo",
    "body": r"body|content|article-text|story-text|entry-content|post-content",
    "neighbour": NEIGHBOUR,
}
_BOUNDS = re.compile(r"\\b|\(\?<?!\[a-z\]\)")  # what tells where a word may stand is no part of it


def _spellings(word: str) -> set[str]:
    """A class word as it may stand: 'top-?bar' is 'topbar' and 'top-bar'."""
    return {re.sub(r".\?", "", word), word.replace("?", "")}


_MEANING_OF = {
    spelling: meaning
    for meaning, words in reversed(_CLASS_WORDS.items())
    for word in _BOUNDS.sub("", words).split("|")
    for spelling in _spellings(word)
}
_CLASSES = re.compile(any_of(word for words in _CLASS_WORDS.values() for word in words.split("|")))


@lru_cache(maxsize=16_384)
def meanings(names: str) -> frozenset[str]:
    """What classes and ids speak of."""
    return frozenset([_MEANING_OF[word] for word in _CLASSES.findall(names.lower())])
