"""What came of the demo's autumn by the end of the year, as command lines, and what its participants answered."""

import shlex
from collections.abc import Mapping
from pathlib import Path

# What participants answered: how many gave which grade and recommendation, by file.
_ANSWERED: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "palaute-1.csv": ((20, 5, 10), (14, 4, 9), (6, 3, 6)),
    "palaute-2.csv": ((1, 5, 10), (1, 4, 9), (1, 4, 8), (1, 5, 9), (1, 3, 5)),
    "palaute-3.csv": ((12, 5, 9), (10, 4, 8), (6, 3, 7), (5, 2, 4)),
    "palaute-4.csv": ((25, 5, 10), (18, 4, 9), (7, 3, 7)),
    "palaute-raati.csv": ((2, 5, 10), (2, 5, 9), (1, 4, 9), (2, 4, 8), (1, 4, 7), (1, 3, 6)),
}


def answers() -> Mapping[str, str]:
    """Return the files with what participants answered, by name."""
    heading = "Arvosana;Suosittelu;Avoin palaute"
    words = {5: "Selkeät esimerkit.", 3: "Keskusteluun jäi liian vähän aikaa."}
    return {
        name: "\n".join(
            [heading, *(f"{grade};{index};{words.get(grade, '')}" for n, grade, index in given for _one in range(n)), ""]
        )
        for name, given in _ANSWERED.items()
    }


def of_the_panel(folder: Path) -> tuple[str, ...]:
    """Return what the panel did by the end of the year, and what is written of it."""
    return (
        _ABOUT,
        *(
            f'training add Kehittäjäkoulutus "{name}" --on 2022-02-10 --hours 6'
            for name in ("Sanna Exempel", "Helmi Esimerkki", "Urho Mallikas", "Impi Kokeilu", "Toivo Näyte", "Lempi Testinen")
        ),
        'attendance mark asiakasraati/2 "Impi Kokeilu" --as absent',
        'attendance mark asiakasraati/2 "Otso Exempel" "Liisa Kokeilu" --as excused --reason work',
        "attendance mark asiakasraati/2 --rest --as present",
        'attendance mark asiakasraati/3 "Toivo Näyte" "Eero Malli" --as remote',
        'attendance mark asiakasraati/3 "Urho Mallikas" --as excused --reason travel',
        "attendance mark asiakasraati/3 --rest --as present",
        'attendance mark asiakasraati/4 "Helmi Esimerkki" "Impi Kokeilu" "Oskari Testinen" --as absent',
        "attendance mark asiakasraati/4 --rest --as present",
        *(f"session held asiakasraati/{number}" for number in (2, 3, 4)),
        *_proposals(),
        f"feedback import asiakasraati/4 {shlex.quote(str(folder / 'palaute-raati.csv'))}",
        _EVALUATION,
        'report text asiakasraati next-year --year 2022 "Raati kokeilee uusia kirjepohjia ja kuulee sivuraatia useammin."',
        "session plan asiakasraati --from 2023-01-01 --count 5",
    )


_ABOUT = (
    'panel edit asiakasraati --purpose "Raati kehittää vammaispalveluja: asiakkaat ja työntekijät yhdessä, tasavertaisina."'
    ' --mandate "Aluehallitus 15.11.2021, 120 §" --target developer-client=8 --target developer-worker=3'
    " --target service-provider=1"
)
_EVALUATION = (
    'report text asiakasraati evaluation --year 2022 "Raati piti kokousten rytmiä hyvänä. Vastauksia odotettiin liian kauan:'
    ' ensi vuonna jokaiselle ehdotukselle sovitaan määräpäivä jo kokouksessa."'
)


def _proposals() -> tuple[str, ...]:
    """Return the proposals of the autumn beside the first one: what was said, to whom, what was answered, what came of it."""
    service, press = "Asiakaspalvelun päällikkö", "Viestintäpalvelut"
    return (
        "proposal told 1 --on 2022-10-27",
        'proposal add asiakasraati "Odotustilan kuulutukset myös näytölle" --session asiakasraati/2 --theme tilat',
        "proposal accept 2 --on 2022-10-27",
        f'proposal send 2 --to "{service}" --on 2022-10-31 --due 2022-11-30',
        'proposal answer 2 yes --reason "Näyttö asennetaan ennen joulua." --on 2022-11-21',
        "proposal done 2 --on 2022-12-15",
        'proposal add asiakasraati "Päätöskirjeiden alkuun tiivistelmä selkokielellä" --session asiakasraati/3 --theme viestintä',
        "proposal accept 3 --on 2022-11-24",
        f'proposal send 3 --to "{press}" --on 2022-11-28 --due 2022-12-31',
        'proposal answer 3 yes --reason "Uudet kirjepohjat otetaan käyttöön keväällä." --on 2022-12-19 --done-by 2023-04-30',
        "proposal told 3 --on 2022-12-29",
        'proposal add asiakasraati "Maksuton pysäköinti kaikille vastaanotolle tuleville" --session asiakasraati/3 --theme tilat',
        "proposal accept 4 --on 2022-11-24",
        f'proposal send 4 --to "{service}" --on 2022-11-28 --due 2022-12-31',
        'proposal answer 4 not-ours --reason "Pysäköinnistä päättää kaupunki, jolle ehdotus on annettu." --on 2022-12-08',
        'proposal add asiakasraati "Tulkki paikalle ilman erillistä pyyntöä" --session asiakasraati/3 --theme viestintä',
        "proposal accept 5 --on 2022-11-24",
        f'proposal send 5 --to "{service}" --on 2022-11-28 --due 2022-12-31',
        'proposal answer 5 no --reason "Tulkki tilataan aina pyynnöstä, koska tulkkeja on vähän." --on 2022-12-20',
        'proposal add asiakasraati "Raadin jäsen mukaan perehdytykseen" --session asiakasraati/4 --theme koulutus',
        "proposal accept 6 --on 2022-12-29",
        f'proposal send 6 --to "{service}" --on 2023-01-02 --due 2023-01-31',
    )


def of_the_season(folder: Path) -> tuple[str, ...]:
    """Return who spoke, registered, came and answered by the end of the season, and what was published."""
    return (
        *_speakers(),
        *(f"webinar held teematiistait/{number}" for number in (3, 4)),
        *(f"registration count teematiistait/{date} {n}" for date, n in ((1, 121), (2, 98), (3, 87), (4, 143))),
        *(f"attendance count teematiistait/{date} {n}" for date, n in ((1, 74), (3, 51), (4, 88))),
        *(f"feedback import teematiistait/{date} {shlex.quote(str(folder / f'palaute-{date}.csv'))}" for date in (1, 3, 4)),
        'material add teematiistait/1 "Esitykset 13.9." --url https://example.org/esitykset-1.pdf',
        "material publish 2 --on 2022-09-20",
        'material add teematiistait/4 "Esitykset 13.12." --url https://example.org/esitykset-4.pdf',
        "material publish 3 --on 2023-01-09",
        'question add teematiistait/4 "Miten verkkokysely tavoittaa heidät, joilla ei ole konetta?"',
        'report text teematiistait evaluation --year 2022 "Kuulijat toivovat enemmän aikaa keskustelulle ja lisää kokemuksia."',
    )


def _speakers() -> tuple[str, ...]:
    rows = (
        (1, "Kokemusosaaminen työyhteisössä", "Maija Mallikas", "Esimerkkijärjestö ry", "kokemusasiantuntija", "Esimerkkilä"),
        (1, "Vertaisuus päihdepalveluissa", "Touko Kokeilu", "Vertaisverkko ry", "kokemusasiantuntija", "Mallikylä"),
        (3, "Asukkaat talousarvion teossa", "Tuuli Testinen", "Mallikaupunki", "suunnittelija", "Mallikaupunki"),
        (3, "Raadin lausunto päätöksissä", "Kerttu Näyte", "Vertaisverkko ry", "kokemusasiantuntija", "Näytelä"),
        (4, "Yhdessä kehitetty lomake", "Arvo Esimerkki", "Esimerkkilän hyvinvointialue", "palvelumuotoilija", "Esimerkkilä"),
        (4, "Mitä opin kehittäjänä", "Vieno Malli", "Esimerkkijärjestö ry", "kokemusasiantuntija", "Mallikylä"),
        (4, "Digivälineet osallisuuden tukena", "Onni Exempel", "Exempelstads stad", "kokemusasiantuntija", "Exempelstad"),
    )
    lines = []
    for number, (date, title, name, organisation, profession, town) in enumerate(rows, 4):
        lines += [
            f'talk add teematiistait/{date} "{title}" --speaker "{name} ({organisation})" --minutes 20',
            f'talk speaker {number} "{name}" --title {profession} --may-publish yes --slides accessible',
            f'person edit "{name}" --municipality {town}',
            f"talk confirm {number}",
            f"talk spoke {number}",
        ]
    return ("talk confirm 3", "talk spoke 3", *lines)
