import "@/app/pageTexts";
import {
  type DragEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { useLayout } from "@/app/shell/paneLayout";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { clearsCopies, useClearCopies } from "../clearedCopies";
import { useComposerSend } from "../composerSend";
import { type ComposerMode, changeDraft, useDraft } from "../draft";
import { useTicketDrafts } from "../draftSync";
import type { WritingField } from "../editor/field";
import { useMacros } from "../macros/useMacros";
import { useMailSize } from "../mailSize";
import { useNewer } from "../newerMessages";
import { StoppedNotice } from "../outgoing/StoppedNotice";
import {
  allOf,
  countOf,
  firstName,
  isAddress,
  isSamePeople,
  type People,
  requesterAlone,
} from "../recipients";
import { besideText } from "../shownImages";
import { LazyReplySignature } from "../signature/LazyReplySignature";
import { useUploads } from "../uploads";
import { AssignOnReply, useAssignOnReply } from "./AssignOnReply";
import { AttachButton } from "./AttachButton";
import { ClosedComposer } from "./ClosedComposer";
import classes from "./Composer.module.css";
import { ComposerFiles } from "./ComposerFiles";
import { ComposerHead } from "./ComposerHead";
import { ComposerText } from "./ComposerText";
import { DraftMenu } from "./DraftMenu";
import { DraftWriters } from "./DraftWriters";
import { MailMeter } from "./MailMeter";
import { NewerNotice } from "./NewerNotice";
import { SendButtons, useSendWay } from "./SendButtons";

type ComposerProps = {
  ticket: Ticket;
  /** Asked for by a key; the composer takes the focus. */
  mode: ComposerMode | null;
  onMode: (mode: ComposerMode | null) => void;
  onTyping: (typing: boolean) => void;
};

/** Outside of the first load. */
const QuoteMenu = lazy(async () => ({ default: (await import("../editor/QuoteMenu")).QuoteMenu }));

const TYPING_MS = 4000;

/** Where replies and notes are written; what is typed survives leaving the page. */
export function Composer({ ticket, mode, onMode, onTyping }: ComposerProps) {
  const { t } = useTranslation();
  const { phone } = useLayout();
  const [kind, setKind] = useState<ComposerMode>(ticket.can.reply ? "reply" : "note");
  const [open, setOpen] = useState(false);
  // On a phone the format bar is there when it is asked for.
  const [formats, setFormats] = useState(false);
  const field = useRef<WritingField>(null);
  const wantsFocus = useRef(false);
  const draft = useDraft(ticket.number, kind);
  const writers = useTicketDrafts(ticket.number);
  // The keys, `z` first of all, belong to the desk again once it is sent.
  const alone = useMemo(() => requesterAlone(ticket), [ticket]);
  const people = draft.draft.people ?? alone;
  const { change } = draft;
  const readdress = useCallback(
    (next: People | null) => change({ people: next && isSamePeople(next, alone) ? null : next }),
    [change, alone],
  );
  // What is typed after a choice in the head is text, never a key of the desk.
  const takeFocus = useCallback(() => field.current?.focus(), []);
  const clearCopies = useClearCopies(people, readdress);
  const newer = useNewer(ticket, kind, !draft.isEmpty);
  const assign = useAssignOnReply(ticket);
  const blur = () => field.current?.blur();
  const send = useComposerSend(ticket, kind, draft, people, newer, assign.asked, blur);
  const show = useCallback((next: ComposerMode) => {
    setKind(next);
    wantsFocus.current = true;
  }, []);
  const macros = useMacros({ ticket, kind, draft, field, show });
  const uploads = useUploads(draft.attach, draft.draft.attachments.length);
  const size = useMailSize(ticket.number, draft.draft, uploads.pending, kind === "reply");
  const way = useSendWay(ticket);
  useTypingSign(draft.draft.text, onTyping);

  useEffect(() => {
    if (!mode) return;
    setKind(mode);
    setOpen(true);
    onMode(null);
    wantsFocus.current = true;
  }, [mode, onMode]);
  // Every render, because on a phone the field is drawn one render later.
  useEffect(() => {
    if (!wantsFocus.current || !field.current) return;
    wantsFocus.current = false;
    field.current.focus();
  });

  if (!ticket.can.reply && !ticket.can.note) return null;
  if (phone && !open && draft.isEmpty) {
    return <ClosedComposer ticket={ticket} onOpen={onMode} />;
  }
  const name = addressee(people, ticket);
  const others = countOf(people) - 1;
  const unsendable = kind === "reply" ? whyUnsendable(people, ticket) : null;
  const tooLarge = size?.state === "over";
  const blocked =
    draft.isEmpty || uploads.uploading || send.isPending || unsendable !== null || tooLarge;
  /** Tells whether the key was for the composer, and not for its text. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (macros.onKeyDown(event)) return true;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const then = event.shiftKey ? "next" : undefined;
      if (!blocked) send.run(kind === "reply" ? way.status : undefined, undefined, undefined, then);
    } else if (event.key === "Escape") {
      field.current?.blur();
      setOpen(false);
    } else return false;
    return true;
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    uploads.add(event.dataTransfer.files);
  };
  return (
    <section
      className={`${classes.composer} ${kind === "note" ? classes.note : ""}`}
      aria-label={t(`composer.label.${kind}`)}
      data-composer
      data-formats={formats || undefined}
      onFocus={() => setOpen(true)}
      // Before the editor, which would delete a word.
      onKeyDownCapture={(event) => {
        if (kind !== "reply" || !clearsCopies(event)) return;
        event.preventDefault();
        event.stopPropagation();
        clearCopies();
        // The line goes, and with it the focus that may be in it.
        takeFocus();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <DraftWriters writers={writers} />
      <NewerNotice newer={newer} />
      {kind === "reply" && <StoppedNotice ticket={ticket} people={allOf(people)} />}
      <ComposerHead
        ticket={ticket}
        kind={kind}
        onKind={setKind}
        people={people}
        onPeople={readdress}
        onChosen={takeFocus}
      />
      <ComposerText
        ref={field}
        kind={kind}
        draft={draft.draft}
        label={t(`composer.label.${kind}`)}
        placeholder={
          kind === "reply" && others > 0
            ? t("composer.replyToMany", { name, count: others })
            : t(`composer.placeholder.${kind}`, { name })
        }
        wanted={open}
        onChange={(part) => changeDraft(draft.place, part)}
        onKeyDown={onKeyDown}
        onFiles={uploads.add}
        onImages={uploads.add}
        onLook={macros.look}
        onLeave={macros.close}
        described={macros.described}
      />
      {macros.list}
      {kind === "reply" && !draft.isEmpty && <LazyReplySignature number={ticket.number} />}
      <ComposerFiles
        attachments={besideText(draft.draft)}
        pending={uploads.pending}
        onDetach={(id) =>
          draft.change({ attachments: draft.draft.attachments.filter((file) => file.id !== id) })
        }
        onRemove={uploads.remove}
      />
      {size && <MailMeter size={size} />}
      {tooLarge && (
        <p className={classes.error} role="status">
          <Icon name="warn" />
          {t("mailSize.over")}
        </p>
      )}
      {send.error && (
        <p className={classes.error} role="alert">
          <Icon name="warn" />
          {t("composer.failed", { reason: asProblem(send.error).message })}
        </p>
      )}
      {unsendable && !draft.isEmpty && (
        <p className={classes.error} role="status">
          <Icon name="warn" />
          {t(`recipients.${unsendable}`)}
        </p>
      )}
      {send.dialogs}
      {macros.chips}
      <footer className={classes.foot}>
        <AttachButton onFiles={uploads.add} />
        {phone && (
          <Button
            aria-label={t("composer.formats")}
            aria-pressed={formats}
            // The text keeps its focus, and the keyboard stays.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setFormats(!formats);
              field.current?.focus();
            }}
          >
            Aa
          </Button>
        )}
        {kind === "reply" && open && (
          <Suspense fallback={null}>
            <QuoteMenu number={ticket.number} draft={draft} onChosen={takeFocus} />
          </Suspense>
        )}
        {kind === "reply" && !draft.isEmpty && <AssignOnReply assign={assign} />}
        <span className={classes.saved} role="status">
          {!draft.isEmpty && t(`composer.${draft.state}`)}
        </span>
        {!draft.isEmpty && <DraftMenu number={ticket.number} kind={kind} draft={draft} />}
        <SendButtons
          kind={kind}
          way={way}
          disabled={blocked}
          busy={send.isPending}
          theirZone={ticket.requester.time_zone}
          onSend={send.run}
        />
      </footer>
    </section>
  );
}

/** Why a reply cannot leave as it is addressed, null when it can. */
function whyUnsendable(people: People, ticket: Ticket): "nobody" | "invalid" | null {
  if (allOf(people).some((one) => !isAddress(one.address))) return "invalid";
  const unaddressed = countOf(people) === 0 && ticket.requester.email === null;
  return people.to.length === 0 && !unaddressed ? "nobody" : null;
}

/** Who the placeholder says the reply is to. */
function addressee(people: People, ticket: Ticket): string {
  const first = people.to[0];
  return first ? (first.name.split(" ")[0] ?? "") || first.address : firstName(ticket);
}

function useTypingSign(text: string, onTyping: (typing: boolean) => void) {
  const first = useRef(text);
  useEffect(() => {
    if (text === first.current) return;
    first.current = text;
    onTyping(text !== "");
    const timer = setTimeout(() => onTyping(false), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, onTyping]);
}
