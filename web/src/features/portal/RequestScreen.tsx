import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { isLinkExpired, isLinkRefused, type PortalTicket, portalQuery, requestQuery } from "./api";
import { LineNotice } from "./components/LineNotice";
import { LinkExpired } from "./components/LinkExpired";
import { LinkInvalid } from "./components/LinkInvalid";
import { ReplyBox } from "./components/ReplyBox";
import { RequestHead } from "./components/RequestHead";
import { RequestThread } from "./components/RequestThread";
import { RequestTop } from "./components/RequestTop";
import { POLL_MS, useRequestLive } from "./live";
import classes from "./RequestScreen.module.css";

/** One request, opened by a signed link: what was said, how it stands, and an answer. */
export default function RequestScreen({ token }: { token: string }) {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  const known = useQuery({ ...requestQuery(token), enabled: false }).data;
  const online = useRequestLive(token, home?.live_url, known?.number);
  const query = useQuery({ ...requestQuery(token), refetchInterval: online ? false : POLL_MS });
  useDocumentTitle(query.data?.subject ?? t("request.title"));
  return (
    <div className={classes.page}>
      <RequestTop number={query.data?.number} workspaceName={home?.workspace_name} />
      {query.data && <LineNotice failing={query.isError} onRetry={() => void query.refetch()} />}
      {query.data ? (
        <Shown token={token} request={query.data} />
      ) : (
        <main className={classes.column}>
          {query.isPending && <Skeleton rows={6} height={64} />}
          {query.error && (
            <Refused token={token} error={query.error} onRetry={() => void query.refetch()} />
          )}
        </main>
      )}
    </div>
  );
}

type RefusedProps = { token: string; error: unknown; onRetry: () => void };

function Refused({ token, error, onRetry }: RefusedProps) {
  if (isLinkExpired(error)) return <LinkExpired token={token} />;
  if (isLinkRefused(error)) return <LinkInvalid />;
  return <ErrorState error={error} onRetry={onRetry} />;
}

function Shown({ token, request }: { token: string; request: PortalTicket }) {
  return (
    <main className={classes.main}>
      <div className={classes.column}>
        <RequestHead request={request} />
        <RequestThread request={request} />
      </div>
      <div className={classes.foot}>
        <ToastSlot className={classes.toast} />
        <ReplyBox token={token} request={request} />
      </div>
    </main>
  );
}
