"""The words by which mail programs of many languages introduce quoted history."""

# Header labels of quoted mail, by what they label. Lower case, without the colon.
_LABELS = {
    "from": (
        "from", "von", "de", "da", "van", "od", "från", "fra", "lähettäjä", "от", "від", "kimden",
        "gönderen", "من", "差出人", "发件人", "寄件者", "寄件人", "發件人", "보낸 사람", "보낸사람", "từ", "feladó",
        "expéditeur", "remitente", "remetente", "mittente", "afzender", "nadawca", "avsändare",
        "afsender", "avsender", "odesílatel", "отправитель", "送信者", "absender", "de la", "from name",
        "πάντα", "από",
    ),
    "date": (
        "date", "datum", "sent", "gesendet", "gesendet am", "envoyé", "envoyé le", "enviado",
        "enviado el", "enviado em", "enviada em", "inviato", "data", "fecha", "verzonden", "wysłano",
        "data wysłania", "skickat", "sendt", "dato", "päivämäärä", "lähetetty", "odesláno", "datum",
        "дата", "отправлено", "надіслано", "tarih", "gönderme tarihi", "gönderildi", "gönderilen",
        "تاريخ", "التاريخ", "تاريخ الإرسال", "تم الإرسال", "أرسلت", "أُرسلت", "日時", "送信日時", "日付",
        "发送时间", "发送日期", "日期", "時間", "寄件日期", "傳送時間", "보낸 날짜", "날짜", "보낸 시간",
        "đã gửi", "ngày", "elküldve", "dátum", "envoye", "sent on", "sent at", "date sent",
    ),
    "to": (
        "to", "an", "à", "a", "para", "aan", "do", "till", "til", "vastaanottaja", "кому", "kime",
        "alıcı", "إلى", "الى", "宛先", "收件人", "收件者", "받는 사람", "받는사람", "đến", "címzett", "komu",
        "pour", "destinataire", "destinatario", "destinatário", "per", "empfänger", "către", "προς",
    ),
    "cc": (
        "cc", "kopie", "copie", "copie à", "copia", "cópia", "kopia", "kopi", "kopio", "копия",
        "копія", "bilgi", "نسخة", "نسخة إلى", "抄送", "副本", "참조", "bcc", "cci", "kópia", "másolatot kap",
    ),
    "subject": (
        "subject", "betreff", "betr.", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp",
        "temat", "ämne", "emne", "aihe", "předmět", "věc", "тема", "konu", "الموضوع", "موضوع", "件名", "主题", "主旨",
        "主題", "제목", "chủ đề", "tárgy", "predmet", "subiect", "θέμα",
    ),
    "reply-to": (
        "reply-to", "reply to", "antwort an", "répondre à", "responder a", "responder para",
        "rispondi a", "risposta", "antwoord aan", "odpowiedź do", "svara till", "svar til",
        "vastausosoite", "odpovědět", "ответить", "yanıt adresi", "الرد إلى", "返信先", "回复", "답장",
        "importance", "priority", "wichtigkeit", "attachments", "anlagen", "anhang", "pièces jointes",
        "vedhæftet", "bijlagen", "załączniki", "priorität", "bilagor", "allegati", "adjuntos", "anexos",
    ),
}  # fmt: skip
HEADER_LABELS = {word: kind for kind, words in _LABELS.items() for word in words}

# Labels of a day that forms have as well; the others say that something was sent.
DAY_LABELS = frozenset((
    "date", "datum", "data", "fecha", "dato", "päivämäärä", "дата", "tarih", "تاريخ", "التاريخ", "日時", "日付", "日期",
    "時間", "날짜", "ngày", "dátum",
))  # fmt: skip

# "wrote" as attribution lines say it.
WROTE = (
    "wrote", "writes", "schrieb", "geschrieben", "a écrit", "a ecrit", "écrit :", "écrivait",
    "escribió", "escribio", "escreveu", "ha scritto", "scrive", "schreef", "geschreven",
    "napisał", "napisała", "napisał(a)", "pisze", "skrev", "skreiv", "kirjoitti", "napsal",
    "написал", "написала", "пишет", "писал", "пише", "написав", "yazdı", "كتب", "كتبت", "كتابة",
    "のメール", "書きました", "さんは書", "写道", "寫道", "님이 작성", "작성:", "작성 :", "썼습니다", "đã viết",
    "írta", "a scris", "έγραψε", "napísal", "napisao", "napisala", "napisa", "написа", "menulis", "kirjutas",
    "เขียนว่า", "ने लिखा", "כתב", "rakstīja", "rašė", "va escriure", "idatzi du", "ysgrifennodd", "sent:",
)  # fmt: skip

# People who tell of a letter speak of themselves and of whom they write to; attributions name somebody.
SPEAKERS = frozenset((
    "i", "you", "we", "me", "us", "my", "your", "our", "ich", "sie", "wir", "mir", "uns", "ihr", "ihnen", "je", "vous",
    "nous", "yo", "usted", "ustedes", "nosotros", "me", "eu", "você", "io", "lei", "noi", "mi", "ik", "u", "wij", "mij",
    "ja", "państwo", "my", "jag", "jeg", "du", "vi", "minä", "te", "я", "вы", "мы", "мне", "нам", "ben", "siz", "biz",
    "אני", "לי", "أنا", "أنتم", "私",
))  # fmt: skip

# How attribution lines begin.
ATTRIBUTION_STARTS = (
    "on", "am", "le", "el", "em", "il", "op", "dnia", "w dniu", "den", "d.", "på", "dne", "в", "во",
    "vào", "в", "the", "at", "a", "in data", "in een", "pe", "ma", "ti", "ke", "to", "la", "su",
    "في", "بتاريخ", "在", "于", "於", "pada", "quoting", "citando", "zitat von", "selon", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "tor", "fre",
    "lør", "søn", "man", "tir", "ons", "mån", "tis", "lör", "sön", "вы", "da", "von",
)  # fmt: skip

# Between dashes: everything below is history.
ORIGINAL_MESSAGE = (
    "original message", "original appointment", "reply message", "original mail", "original email",
    "ursprüngliche nachricht", "urspruengliche nachricht", "originalnachricht", "original-nachricht",
    "original nachricht", "ursprünglicher termin", "message d'origine", "message d’origine",
    "message original", "mensaje original", "mensagem original", "messaggio originale",
    "oorspronkelijk bericht", "oorspronkelijke bericht", "oryginalna wiadomość",
    "wiadomość oryginalna", "originalmeddelande", "ursprungligt meddelande", "original meddelelse",
    "oprindelig meddelelse", "original besked", "oprindelig besked", "opprinnelig melding",
    "opprinnelige melding", "alkuperäinen viesti", "původní zpráva", "původní e-mail",
    "исходное сообщение", "оригинальное сообщение", "orijinal mesaj", "orjinal mesaj",
    "özgün ileti", "asıl ileti", "الرسالة الأصلية", "رسالة أصلية", "元のメッセージ", "原始邮件",
    "原始郵件", "原邮件", "원본 메시지", "원본 메일", "eredeti üzenet", "mesaj original",
)  # fmt: skip

# Other desks ask for answers above a line of theirs.
REPLY_LINES = (
    "above this line", "über dieser zeile", "oberhalb dieser zeile", "au-dessus de cette ligne", "encima de esta línea",
    "acima desta linha", "sopra questa riga", "sopra questa linea", "boven deze regel", "powyżej tej linii",
    "ovanför denna rad", "over denne linje", "над этой строкой", "выше этой строки", "bu satırın üst",
    "この行の上", "此行以上",
)  # fmt: skip

# Between dashes or before a colon: what follows was forwarded and is the point of the mail.
FORWARDED_MESSAGE = (
    "forwarded message", "begin forwarded message", "forwarded by", "forwarded mail",
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail",
    "message transféré", "début du message transféré", "début du message réexpédié",
    "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada",
    "mensagem reencaminhada", "início da mensagem reencaminhada", "messaggio inoltrato",
    "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "wiadomość przekazana", "przekazana wiadomość", "treść przekazanej wiadomości",
    "vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt meddelelse",
    "videresendt besked", "videresendt melding", "edelleenlähetetty viesti", "välitetty viesti",
    "přeposlaná zpráva", "пересылаемое сообщение", "пересланное сообщение", "iletilen mesaj",
    "yönlendirilen ileti", "yönlendirilmiş ileti", "رسالة معاد توجيهها", "رسالة مُعاد توجيهها",
    "転送されたメッセージ", "転送メッセージ", "转发的邮件", "转发邮件信息", "轉寄的郵件", "轉寄郵件", "전달된 메시지",
    "továbbított üzenet",
)  # fmt: skip

# How the lines begin that phones and mail programs put under a text.
DEVICE_STARTS = (
    "sent from ", "sent via ", "sent with ", "sent by ", "sent using ", "from my ", "get outlook for ",
    "get [outlook", "von meinem ", "gesendet von ", "gesendet mit ", "gesendet aus ",
    "diese nachricht wurde von mein", "envoyé depuis ", "envoyé de mon ", "envoyé à partir de ",
    "envoyé avec ", "télécharger outlook", "enviado desde ", "enviado de ", "enviado do ",
    "enviado a partir ", "enviado con ", "obter o outlook", "obtener outlook", "inviato da ",
    "inviato dal ", "scarica outlook", "verzonden met ", "verzonden vanaf ", "verstuurd vanaf ",
    "wysłane z ", "wysłano z ", "skickat från ", "sendt fra ", "lähetetty ", "odesláno z ",
    "odoslané z ", "отправлено с ", "отправлено из ", "надіслано з ", "iphone'umdan gönderildi",
    "gönderildi ", "أرسلت من ", "أُرسلت من ", "مرسل من ", "تم الإرسال من ", "iphoneから送信", "从我的",
    "從我的", "发自我的", "發自我的", "나의 iphone", "내 iphone", "được gửi từ ", "hol dir outlook",
    "outlook für ", "outlook for ",
)  # fmt: skip
DEVICE_ENDS = (
    " from mobile", " from my mobile", " from my phone", " from phone", "から送信", "から送信されました",
    "傳送", "에서 보냄", "gönderildi", " mobil gesendet",
)  # fmt: skip
# Only with one of these is such a line a program's and no sentence ("Sent by mistake").
DEVICE_WORDS = (
    "phone", "ipad", "ipod", "android", "mobil", "mail", "outlook", "galaxy", "samsung", "windows",
    "blackberry", "huawei", "xiaomi", "pixel", "tablet", "device", "gerät", "appareil", "handy",
    "telefon", "téléphone", "teléfono", "telemóvel", "celular", "cellulare", "my ", "mein", "mijn",
    "puhelim", "телефон", "جوال", "هاتف", "手机", "手機", "スマート", "휴대", "điện thoại", "yahoo", "hotmail",
)  # fmt: skip
