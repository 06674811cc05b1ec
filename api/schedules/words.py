"""The fixed words of a report mail and of the page that ends it, in the six languages of reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailWords:
    """What stands around the numbers. Braces are filled in by whoever writes the mail."""

    numbers: str
    commentary: str
    better: str
    worse: str
    open: str
    link_ends: str
    sign_in: str
    pdf_attached: str
    pdf_too_large: str
    pdf_missing: str
    live_has_all: str
    late: str
    no_data: str
    no_values: str
    why: str
    stop: str
    test: str
    stop_title: str
    stop_text: str
    stopped_title: str
    stopped_text: str
    again: str
    going_title: str
    going_text: str
    gone_title: str
    gone_text: str


WORDS: dict[str, MailWords] = {
    "en": MailWords(
        numbers="Key figures",
        commentary="Commentary",
        better="better",
        worse="worse",
        open="Open the live report",
        link_ends="The link works for {days} days.",
        sign_in="You sign in to open it.",
        pdf_attached="The whole report is attached as a PDF.",
        pdf_too_large="The PDF is too large to attach ({size} MB).",
        pdf_missing="The PDF could not be made this time.",
        live_has_all="The live report has all of it.",
        late="Not all data had arrived when this was sent. {until}. The figures may still change.",
        no_data="Not all data had arrived when this was sent. The figures may still change.",
        no_values="There are no values in this period.",
        why="You get this because {sender} sends this report to {address}.",
        stop="Unsubscribe",
        test="This is a test. Nobody else has got it.",
        stop_title="Stop these mails?",
        stop_text="{name} will no longer be sent to {address}.",
        stopped_title="You are unsubscribed",
        stopped_text="{name} is no longer sent to {address}.",
        again="Subscribe again",
        going_title="You are subscribed",
        going_text="{name} is sent to {address} again.",
        gone_title="Not available",
        gone_text="This link does not work any more. There is nothing left to unsubscribe from.",
    ),
    "pt": MailWords(
        numbers="Indicadores principais",
        commentary="Comentário",
        better="melhor",
        worse="pior",
        open="Abrir o relatório ao vivo",
        link_ends="O link funciona por {days} dias.",
        sign_in="É preciso iniciar sessão para abrir.",
        pdf_attached="O relatório completo segue em anexo, em PDF.",
        pdf_too_large="O PDF é grande demais para ser anexado ({size} MB).",
        pdf_missing="Desta vez não foi possível gerar o PDF.",
        live_has_all="O relatório ao vivo tem tudo.",
        late="Nem todos os dados tinham chegado no momento do envio. {until}. Os números ainda podem mudar.",
        no_data="Nem todos os dados tinham chegado no momento do envio. Os números ainda podem mudar.",
        no_values="Não há valores neste período.",
        why="Você recebe esta mensagem porque {sender} envia este relatório para {address}.",
        stop="Cancelar o envio",
        test="Isto é um teste. Mais ninguém o recebeu.",
        stop_title="Parar estes e-mails?",
        stop_text="{name} deixará de ser enviado para {address}.",
        stopped_title="Envio cancelado",
        stopped_text="{name} não é mais enviado para {address}.",
        again="Voltar a receber",
        going_title="Envio retomado",
        going_text="{name} volta a ser enviado para {address}.",
        gone_title="Não disponível",
        gone_text="Este link já não funciona. Não há nada para cancelar.",
    ),
    "es": MailWords(
        numbers="Cifras clave",
        commentary="Comentario",
        better="mejor",
        worse="peor",
        open="Abrir el informe en vivo",
        link_ends="El enlace funciona durante {days} días.",
        sign_in="Hay que iniciar sesión para abrirlo.",
        pdf_attached="El informe completo va adjunto en PDF.",
        pdf_too_large="El PDF es demasiado grande para adjuntarlo ({size} MB).",
        pdf_missing="Esta vez no se pudo crear el PDF.",
        live_has_all="El informe en vivo lo contiene todo.",
        late="No habían llegado todos los datos al enviar este correo. {until}. Las cifras aún pueden cambiar.",
        no_data="No habían llegado todos los datos al enviar este correo. Las cifras aún pueden cambiar.",
        no_values="No hay valores en este periodo.",
        why="Recibe este correo porque {sender} envía este informe a {address}.",
        stop="Cancelar la suscripción",
        test="Esto es una prueba. Nadie más la ha recibido.",
        stop_title="¿Dejar de recibir estos correos?",
        stop_text="{name} dejará de enviarse a {address}.",
        stopped_title="Suscripción cancelada",
        stopped_text="{name} ya no se envía a {address}.",
        again="Volver a suscribirse",
        going_title="Suscripción activa",
        going_text="{name} vuelve a enviarse a {address}.",
        gone_title="No disponible",
        gone_text="Este enlace ya no funciona. No queda nada que cancelar.",
    ),
    "ro": MailWords(
        numbers="Indicatori principali",
        commentary="Comentariu",
        better="mai bine",
        worse="mai slab",
        open="Deschide raportul actual",
        link_ends="Linkul funcționează {days} de zile.",
        sign_in="Pentru a-l deschide trebuie să vă autentificați.",
        pdf_attached="Raportul complet este atașat ca PDF.",
        pdf_too_large="PDF-ul este prea mare pentru a fi atașat ({size} MB).",
        pdf_missing="De data aceasta PDF-ul nu a putut fi creat.",
        live_has_all="Raportul actual conține totul.",
        late="Nu toate datele sosiseră la momentul trimiterii. {until}. Cifrele se mai pot schimba.",
        no_data="Nu toate datele sosiseră la momentul trimiterii. Cifrele se mai pot schimba.",
        no_values="Nu există valori în această perioadă.",
        why="Primiți acest mesaj deoarece {sender} trimite acest raport la {address}.",
        stop="Dezabonare",
        test="Acesta este un test. Nu l-a mai primit nimeni.",
        stop_title="Opriți aceste mesaje?",
        stop_text="{name} nu va mai fi trimis la {address}.",
        stopped_title="V-ați dezabonat",
        stopped_text="{name} nu mai este trimis la {address}.",
        again="Abonare din nou",
        going_title="Sunteți abonat",
        going_text="{name} este trimis din nou la {address}.",
        gone_title="Indisponibil",
        gone_text="Acest link nu mai funcționează. Nu a mai rămas nimic de oprit.",
    ),
    "el": MailWords(
        numbers="Βασικά μεγέθη",
        commentary="Σχόλια",
        better="καλύτερα",
        worse="χειρότερα",
        open="Άνοιγμα της ζωντανής αναφοράς",
        link_ends="Ο σύνδεσμος λειτουργεί για {days} ημέρες.",
        sign_in="Για να ανοίξει χρειάζεται σύνδεση.",
        pdf_attached="Ολόκληρη η αναφορά επισυνάπτεται ως PDF.",
        pdf_too_large="Το PDF είναι πολύ μεγάλο για επισύναψη ({size} MB).",
        pdf_missing="Αυτή τη φορά δεν ήταν δυνατή η δημιουργία του PDF.",
        live_has_all="Η ζωντανή αναφορά τα περιέχει όλα.",
        late="Κατά την αποστολή δεν είχαν φτάσει όλα τα δεδομένα. {until}. Τα μεγέθη μπορεί να αλλάξουν.",
        no_data="Κατά την αποστολή δεν είχαν φτάσει όλα τα δεδομένα. Τα μεγέθη μπορεί να αλλάξουν.",
        no_values="Δεν υπάρχουν τιμές για αυτή την περίοδο.",
        why="Λαμβάνετε αυτό το μήνυμα επειδή ο αποστολέας {sender} στέλνει αυτή την αναφορά στο {address}.",
        stop="Διαγραφή από τη λίστα",
        test="Αυτή είναι δοκιμή. Κανείς άλλος δεν την έλαβε.",
        stop_title="Διακοπή αυτών των μηνυμάτων;",
        stop_text="Η αναφορά «{name}» δεν θα στέλνεται πλέον στο {address}.",
        stopped_title="Η διαγραφή ολοκληρώθηκε",
        stopped_text="Η αναφορά «{name}» δεν στέλνεται πλέον στο {address}.",
        again="Εγγραφή ξανά",
        going_title="Είστε εγγεγραμμένοι",
        going_text="Η αναφορά «{name}» στέλνεται ξανά στο {address}.",
        gone_title="Μη διαθέσιμο",
        gone_text="Αυτός ο σύνδεσμος δεν λειτουργεί πλέον. Δεν υπάρχει κάτι για διακοπή.",
    ),
    "zh-Hans": MailWords(
        numbers="关键指标",
        commentary="点评",
        better="改善",
        worse="变差",
        open="打开实时报告",
        link_ends="链接在 {days} 天内有效。",
        sign_in="打开时需要登录。",
        pdf_attached="完整报告以 PDF 附上。",
        pdf_too_large="PDF 过大，无法附上（{size} MB）。",
        pdf_missing="本次未能生成 PDF。",
        live_has_all="请在实时报告中查看全部内容。",
        late="发送时数据尚未全部到达。{until}。数字可能还会变化。",
        no_data="发送时数据尚未全部到达。数字可能还会变化。",
        no_values="此期间没有数值。",
        why="您收到此邮件，是因为 {sender} 将此报告发送至 {address}。",
        stop="退订",
        test="这是一封测试邮件，其他人没有收到。",
        stop_title="停止接收这些邮件？",
        stop_text="“{name}”将不再发送至 {address}。",
        stopped_title="已退订",
        stopped_text="“{name}”不再发送至 {address}。",
        again="重新订阅",
        going_title="已订阅",
        going_text="“{name}”将再次发送至 {address}。",
        gone_title="不可用",
        gone_text="此链接已失效，没有可退订的内容。",
    ),
}  # fmt: skip


def mail_words(locale: str) -> MailWords:
    """Return the words of a locale, English if it has none."""
    return WORDS.get(locale, WORDS["en"])
