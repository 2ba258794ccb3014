"""Files as the programs write them, with people who do not exist."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Cell formats: general, a date, a date with time, hours that go past 24.
DATE, MOMENT, HOURS = 1, 2, 3


def teams(text: str) -> bytes:
    """Give a text as Teams saves it: UTF-16LE with a mark, TAB between cells (written | here), CRLF."""
    return b"\xff\xfe" + text.replace("|", "\t").replace("\n", "\r\n").encode("utf-16-le")


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet(rows: Mapping[int, list[str | float]]) -> str:
    """Give the XML of rows by their number: a str is a text, a number a number."""
    lines = []
    for number, cells in rows.items():
        places = [f"{chr(65 + column)}{number}" for column in range(len(cells))]
        filled = [
            text_cell(place, cell) if isinstance(cell, str) else f'<c r="{place}"><v>{cell}</v></c>'
            for place, cell in zip(places, cells, strict=True)
            if cell != ""
        ]
        lines.append(f'<row r="{number}">{"".join(filled)}</row>')
    return "".join(lines)


def xlsx(*sheets: str) -> bytes:
    """Give a workbook whose sheets hold this XML of rows."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_MAIN}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="Taulukko{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}'
        f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_SHEET}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/><xf numFmtId="46"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return packed(parts)


def ods(rows: str) -> bytes:
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="T">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        }
    )


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


TEAMS_EN = teams("""1. Summary
Meeting title|"Teematiistai
osa 2, kysymyksiä"
Attended participants|9
Start time|11/15/22, 1:58:00 PM
End time|11/15/22, 3:04:12 PM
Meeting duration|1h 6m 12s
Average attendance time|40m

2. Participants
Name|First Join|Last Leave|In-Meeting Duration|Email|Participant ID (UPN)|Role
Aino Esimerkki|11/15/22, 1:58:00 PM|11/15/22, 3:04:12 PM|1h 6m 12s|aino@esimerkki.fi|aino@esimerkki.fi|Organizer
Eero Malli (External)|11/15/22, 2:00:00 PM|11/15/22, 2:01:07 PM|1m 7s|eero@malli.fi||Attendee
Sanna Exempel (Guest)|11/15/22, 2:00:00 PM|11/15/22, 3:00:07 PM|1h 7s||sanna_exempel.fi#EXT#@esimerkki.fi|Presenter
Aino Esimerkki|11/15/22, 2:10:00 PM|11/15/22, 2:10:08 PM|8s|||Attendee
Nimetön Testaaja (Unverified)|11/15/22, 2:10:00 PM|11/15/22, 2:10:08 PM

3. In-Meeting Activities
Name|Join Time|Leave Time|Duration|Email|Role
Aino Esimerkki|11/15/22, 1:58:00 PM|11/15/22, 2:04:12 PM|6m 12s|aino@esimerkki.fi|Organizer
Aino Esimerkki|11/15/22, 2:04:12 PM|11/15/22, 3:04:12 PM|1h|aino@esimerkki.fi|Organizer
Vain Kolmas|11/15/22, 2:04:12 PM|11/15/22, 3:04:12 PM|1h|vain@kolmas.fi|Attendee

4. Meeting Engagement
Name|Engagement Type|Time
Aino Esimerkki|Raise Hands|11/15/22, 2:04:12 PM
""")

TEAMS_FI = teams("""1. Yhteenveto
Kokouksen otsikko|2. asiakasraati
Osallistujia|2

2. Osallistujat
Nimi|Ensimmäinen liittyminen|Viimeinen poistuminen|Kesto kokouksessa|Sähköposti|Osallistujan tunnus (UPN)|Rooli
Aino Esimerkki|15.11.2022 klo 13.58.00|15.11.2022 klo 15.04.12|1 t 6 min 12 s|aino@esimerkki.fi|aino@esimerkki.fi|Järjestäjä
Eero Malli (Vieras)|15.11.2022 klo 14.00.00|15.11.2022 klo 14.30.00|30 min|eero@malli.fi||Osallistuja

3. Toiminta kokouksessa
Nimi|Liittymisaika|Poistumisaika|Kesto|Sähköposti|Rooli
Aino Esimerkki|15.11.2022 klo 13.58.00|15.11.2022 klo 15.04.12|1 t 6 min 12 s|aino@esimerkki.fi|Järjestäjä
""")

# Words that headings.toml does not have: only order and content help.
TEAMS_UNKNOWN = teams("""1. Kokkuvõte
Koosoleku pealkiri|Teematiistai

2. Osalejad
Nimi ja muu|Esimene liitumine|Viimane lahkumine|Kestus|Meiliaadress|Osaleja tunnus|Roll
Aino Esimerkki|15.11.2022 13:58|15.11.2022 15:04|1 t 6 min|aino@esimerkki.fi|aino@esimerkki.fi|Korraldaja
Sanna Exempel (Gäst)|15.11.2022 13:58|15.11.2022 15:04|12 min|||Osaleja
""")

TEAMS_SV = teams("""1. Sammanfattning
Mötestitel|Tematisdag

2. Deltagare
Namn|Första anslutning|Senaste lämning|Tid i möte|E-post|Deltagar-ID (UPN)|Roll
Sanna Exempel (Gäst)|2022-11-15 13:58:00|2022-11-15 15:04:12|1 tim 6 min 12 sek|sanna@exempel.fi||Deltagare

3. Aktiviteter i mötet
Namn|Anslutningstid|Avgångstid|Varaktighet|E-post|Roll
Sanna Exempel|2022-11-15 13:58:00|2022-11-15 15:04:12|1 tim 6 min 12 sek|sanna@exempel.fi|Deltagare
""")

TEAMS_2021 = teams("""Meeting Summary
Total Number of Participants|3
Meeting Title|Teematiistai
Meeting Start Time|11/16/2021, 1:58:00 PM
Meeting End Time|11/16/2021, 3:00:00 PM
Meeting Id|0123

Full Name|Join Time|Leave Time|Duration|Email|Role|Participant ID (UPN)
Aino Esimerkki|11/16/2021, 1:58:00 PM|11/16/2021, 2:28:20 PM|30m 20s|aino@esimerkki.fi|Organizer|aino@esimerkki.fi
Eero Malli|11/16/2021, 2:00:00 PM|11/16/2021, 2:10:00 PM|10m||Attendee|eero@malli.fi
Aino Esimerkki|11/16/2021, 2:30:00 PM|11/16/2021, 3:00:20 PM|30m 20s|AINO@esimerkki.fi|Organizer|aino@esimerkki.fi
Eero Malli|11/16/2021, 2:20:00 PM|11/16/2021, 2:30:00 PM|10m||Attendee|eero@malli.fi
Eero Malli|11/16/2021, 2:40:00 PM|11/16/2021, 2:45:00 PM|5m||Attendee|
""")

ZOOM_WEBINAR = """\ufeffAttendee Report
Report Generated:,"Nov 15, 2022 04:00 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users
Teematiistai,123 456 789,"Nov 15, 2022 01:55 PM",70,4,0,3,5
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,
Yes,Hyvinvointialue,webinaarit@esimerkki.fi,"Nov 15, 2022 01:55 PM","Nov 15, 2022 03:05 PM",70,No,Finland,
Panelist Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,
Yes,Sanna Exempel,sanna@exempel.fi,"Nov 15, 2022 01:56 PM","Nov 15, 2022 02:10 PM",14,No,Finland,
Yes,Sanna Exempel,Sanna@Exempel.fi,"Nov 15, 2022 02:12 PM","Nov 15, 2022 03:05 PM",53,No,Finland,
No,Poissa Olija,poissa@esimerkki.fi,--,--,--,--,--,
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Status,Join Time,Time in Session (minutes)
Yes,aino puhelin,Aino,Esimerkki,aino@esimerkki.fi,"Nov 1, 2022 09:00 AM",approved,"02:00 PM",30,
Yes,aino puhelin,Aino,Esimerkki,aino@esimerkki.fi,NA,--,"02:31 PM",29,
No,--,Aino,Esimerkki,aino@esimerkki.fi,"Nov 1, 2022 09:00 AM",approved,--,--,
No,--,Eero,Malli,eero@malli.fi,"Nov 2, 2022 09:00 AM",approved,--,--,
Other Attended
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name,
Linjoilta Soittaja,"Nov 15, 2022 02:00 PM","Nov 15, 2022 02:15 PM",15,Finland,
""".encode()

ZOOM_MEETING = b"""Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 456 789,Raati,11/15/2022 01:58:00 PM,11/15/2022 03:00:00 PM,aino@esimerkki.fi,62,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Aino Esimerkki,aino@esimerkki.fi,11/15/2022 01:58:00 PM,11/15/2022 03:00:00 PM,62,No,
Eero Malli,eero@malli.fi,11/15/2022 02:00:00 PM,11/15/2022 02:10:00 PM,10,Yes,
Eero Malli,eero@malli.fi,11/15/2022 02:12:00 PM,11/15/2022 02:22:00 PM,10,Yes,
Sanna,,11/15/2022 02:12:00 PM,11/15/2022 02:22:00 PM,10,Yes,
"""
