"""The 256 words of one-time codes: short, plain, without umlauts, and no two a slip of one letter
apart. Never take one out or change one: a code that somebody has written down would stop working.
"""

from __future__ import annotations

_LINES = """
abend acker ahorn alpen amsel auge bach banane basis bauer baum becher beet besen biber
biene bild bison blatt blau blick blume boden boje boot brief brille brise bucht bude bunt
butter couch dahlie dame dampf dattel deich delfin dialog dose drache edel efeu eimer elch
elster ente erde eule faden farbe fasan feder feige fest fichte finger fohlen folie forst
foto frage freund frosch frucht funke gans garten gelb gerste gitter glas glocke grau grotte
gruppe gurke hafen hahn hand harfe hase heim himmel hirsch holz honig igel imker indigo
ingwer insel jasmin jubel kalb kamel kamin kanne kasten katze kegel kelle kerze kette kiefer
kissen klima knopf kohle korb kreide kreis kunst kurve labor lachs laub lauch leine leiter
lerche licht lied lila linde lotse lupe magnet mais maler mandel markt mehl meise milch
mittag mohn moos museum musik nacht nadel nelke netz nickel norden obst ofen olive onkel
oper orgel osten ozean paket palme panda park pauke pedal pfad pferd pilz plan planet porto
post puls pumpe punkt quark quelle rasen raupe regen rezept rind robbe rosine rubin ruhe
saft sahne saite salz saturn schach schiff schirm schnee schule seife sirup socke sofa
sommer sonne spaten specht spiel spinat stadt stein stift storch strand stufe stuhl suppe
symbol tafel takt tante tanz tausch teller tempo tenor thema tiger titel tomate topf torte
treppe tulpe turm ulme umzug ventil vers vogel wald wasser watte wein weizen welt weste
wiese wimpel winter wippe wolf wolke yoga zahl zaun zebra ziege zimt zirkel zirkus zone
zucker
"""

CODE_WORDS: tuple[str, ...] = tuple(_LINES.split())
