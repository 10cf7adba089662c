import type { FormTexts } from "../en/portalTexts";

/** What stands around a form whose language is German, and why it was refused. */
export const formTexts: FormTexts = {
  portal: {
    home: "{{name}}, Hilfe",
    language: "Sprache",
  },
  customFields: { yes: "Ja", no: "Nein", noValue: "–" },
  ask: {
    optional: "{{name}} (freiwillig)",
    label: "Um Hilfe bitten",
    subject: "Betreff",
    subjectHint: "Worum geht es, in wenigen Worten?",
    text: "Was ist geschehen?",
    textHint: "Was Sie getan haben, was Sie erwartet haben, was stattdessen kam",
    name: "Ihr Name",
    email: "Ihre E-Mail-Adresse",
    submit: "Absenden",
    sending: "Wird gesendet",
    answerTo: "An diese Adresse antworten wir.",
    addFile: "Datei hinzufügen",
    dropHint: "oder hier ablegen, bis zu {{limit}}",
    files: "Dateien",
    removeFile: "{{name}} entfernen",
    uploading: "{{count}} % sind hochgeladen",
    draftKept: "Der Entwurf ist in diesem Browser gespeichert",
    missing: {
      subject: "Sagen Sie in wenigen Worten, worum es geht.",
      text: "Sagen Sie uns, was geschehen ist.",
      name: "Sagen Sie uns Ihren Namen.",
      email: "Sagen Sie uns, wohin wir antworten sollen.",
    },
    wrongEmail: "Das sieht nicht nach einer E-Mail-Adresse wie name@example.com aus.",
    tooLong: "Das ist zu lang: höchstens {{limit}} Zeichen.",
    fileTooLarge: "Größer als {{limit}}",
    fileInfected: "In dieser Datei wurde ein Virus gefunden, deshalb wurde sie nicht angenommen.",
    fileNotScanned: "Zu groß, um auf Viren geprüft zu werden. Nehmen Sie eine kleinere Datei.",
    filesBusy:
      "Gerade können keine Dateien angenommen werden. Versuchen Sie es in einer Minute erneut.",
    fileNotUp: "Das Hochladen ist fehlgeschlagen. Versuchen Sie es erneut.",
    retryFile: "{{name}} erneut senden",
    fileWaiting: "Warten Sie, bis die Dateien hochgeladen sind, oder entfernen Sie sie.",
    fileFailed:
      "Eine der Dateien wurde nicht angenommen. Entfernen Sie sie oder senden Sie sie erneut.",
    tooManyFiles_one:
      "Nicht mehr als {{limit}} Dateien auf einmal: „{{name}}“ wurde nicht hinzugefügt.",
    tooManyFiles_other:
      "Nicht mehr als {{limit}} Dateien auf einmal: {{count}} wurden nicht hinzugefügt.",
    tooMany_one:
      "Das war viel auf einmal. Bitte warten Sie eine Minute und senden Sie es dann erneut; Ihr Text bleibt erhalten.",
    tooMany_other:
      "Das war viel auf einmal. Bitte warten Sie {{count}} Minuten und senden Sie es dann erneut; Ihr Text bleibt erhalten.",
    tooLarge: "Das ist mehr, als wir annehmen können. Nehmen Sie kleinere oder weniger Dateien.",
    unreachable:
      "Der Server ist nicht erreichbar. Ihr Text bleibt erhalten; senden Sie ihn gleich noch einmal.",
  },
  form: {
    choose: "Worum geht es?",
    other: "Ein anderes Formular wählen",
    missing: "{{name}} muss ausgefüllt sein",
    field: {
      subject: "Betreff",
      text: "Beschreibung",
      priority: "Priorität",
      type: "Art",
      team: "Team",
    },
    priority: { low: "Niedrig", normal: "Normal", high: "Hoch", urgent: "Dringend" },
    type: { question: "Frage", incident: "Störung", problem: "Problem", task: "Aufgabe" },
  },
  sent: {
    title: "Wir haben Ihre Anfrage erhalten",
    number: "Nummer",
    confirmation: "Bestätigung gesendet an",
    next: "Wie es weitergeht",
    stepMail: "Die E-Mail enthält einen Link. Er öffnet Ihre Anfrage, ohne Passwort.",
    stepAnswer: "Jemand liest sie und antwortet. Die Antwort kommt per E-Mail.",
    stepReply:
      "Antworten Sie auf diese E-Mail oder auf der Seite Ihrer Anfrage; beides erreicht uns.",
    missing:
      "Nach einigen Minuten noch keine E-Mail? Sehen Sie im Spam-Ordner nach und prüfen Sie die Adresse oben.",
    another: "Eine weitere Anfrage schreiben",
  },
  notice: {
    field: {
      empty: "ist leer",
      missing: "fehlt",
      wrong_form: "hat nicht die erwartete Form",
      too_long: "ist länger als {{most}} Zeichen",
      too_short: "ist kürzer als {{least}} Zeichen",
      too_small: "ist kleiner als {{least}}",
      too_great: "ist größer als {{most}}",
      not_allowed: "enthält einen Wert, der nicht erlaubt ist",
      not_storable: "enthält einen Wert, der nicht gespeichert werden kann",
      not_among: "ist nicht unter {{allowed}}",
      not_an_address: "„{{address}}“ ist keine E-Mail-Adresse.",
      local_part_too_long:
        "„{{address}}“ ist keine E-Mail-Adresse. Vor dem @ stehen mehr als {{most}} Zeichen",
      own_address: "{{address}} ist eine Adresse dieses Helpdesks",
    },
    custom_field: {
      no_boolean: "ist weder ja noch nein",
      no_date: "ist kein Datum wie 2026-01-31",
      no_moment: "ist kein Zeitpunkt mit Zeitzone wie 2026-01-31T09:30:00Z",
      no_number: "ist keine Zahl mit höchstens 12 Stellen vor dem Komma und {{decimals}} dahinter",
      no_option: "ist nicht unter den Möglichkeiten: {{options}}",
      no_options: "ist keine Liste mit 1 bis 50 der Möglichkeiten: {{options}}",
      no_phone:
        "ist keine Telefonnummer mit 3 bis 40 Ziffern, Leerzeichen und den Zeichen + ( ) . / -",
      no_such_row: "ist keine Nummer einer solchen Person, eines Kontakts oder einer Organisation",
      no_text: "ist kein Text",
      no_url: "ist keine Adresse, die mit http:// oder https:// beginnt",
      not_of_pattern: "hat nicht die Form {{pattern}}",
      not_one_line: "ist mehr als eine Zeile",
      unknown: "ist kein Feld, das in Gebrauch ist",
    },
    form: {
      not_filled_in: "{{name}} muss ausgefüllt sein",
      not_asked: "Nach {{name}} wird bei diesen Angaben nicht gefragt",
      not_in_form: "{{name}} ist kein Feld dieses Formulars",
      not_offered: "{{name}} kann jetzt nur eines davon sein: {{offered}}",
    },
    fields_required: "Füllen Sie zuerst aus: {{names}}.",
    form_not_found: "Dieses Formular gibt es nicht, oder es ist nicht mehr in Gebrauch.",
    form_required: "Wählen Sie ein Formular für diese Anfrage.",
    upload_unknown: "Eine der Dateien wurde nicht gefunden; fügen Sie sie noch einmal hinzu.",
    staff_address:
      "Diese Adresse gehört jemandem aus dem Support. Melden Sie sich stattdessen im Helpdesk an.",
    no_mailbox:
      "Gerade können keine Anfragen angenommen werden: Es ist kein Postfach eingerichtet. Sagen Sie es dem Support.",
  },
};
