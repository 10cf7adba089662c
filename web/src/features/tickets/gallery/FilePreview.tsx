import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { Attachment } from "@/api/types";
import { sizeText } from "@/lib/sizes";
import { ErrorState, Skeleton } from "@/ui/States";
import { decodeText, previewOf } from "./files";
import classes from "./Gallery.module.css";

const MOST_TEXT_BYTES = 256 * 1024;

type PreviewProps = { file: Attachment; zoom: number };

/** A file as it is looked at without a download; no byte of it runs. */
export function FilePreview({ file, zoom }: PreviewProps) {
  const { t, i18n } = useTranslation();
  const kind = previewOf(file);
  if (kind === "image") return <Picture file={file} zoom={zoom} />;
  if (kind === "pdf") return <PdfPages file={file} />;
  if (kind === "text") return <TextLines file={file} />;
  const size = sizeText(file.size, i18n.language);
  return <Words>{t("gallery.noPreview", { type: file.mime_type, size })}</Words>;
}

function Picture({ file, zoom }: PreviewProps) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  if (broken) return <Words>{t("gallery.broken")}</Words>;
  return (
    <img
      src={`${file.url}?inline=1`}
      alt={file.filename}
      className={zoom === 1 ? classes.fitting : classes.zoomed}
      style={zoom === 1 ? undefined : { inlineSize: `${zoom * 100}%` }}
      onError={() => setBroken(true)}
    />
  );
}

/** The browser's own viewer, which has no part in this page, gets the bytes under a type that is nothing but a PDF. */
function PdfPages({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const bytes = useBytes(file, null);
  const [address, setAddress] = useState<string | null>(null);
  const isPdf = bytes.data && String.fromCharCode(...bytes.data.slice(0, 5)) === "%PDF-";
  useEffect(() => {
    if (!bytes.data || !isPdf) return;
    const made = URL.createObjectURL(new Blob([bytes.data], { type: "application/pdf" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes.data, isPdf]);
  if (bytes.error) return <ErrorState error={bytes.error} onRetry={() => void bytes.refetch()} />;
  if (bytes.data && !isPdf) return <Words>{t("gallery.notPdf")}</Words>;
  if (!address) return <Skeleton rows={6} height={48} />;
  return (
    <iframe
      src={address}
      className={classes.pages}
      title={t("gallery.page", { name: file.filename })}
    />
  );
}

function TextLines({ file }: { file: Attachment }) {
  const { t, i18n } = useTranslation();
  const bytes = useBytes(file, MOST_TEXT_BYTES);
  if (bytes.error) return <ErrorState error={bytes.error} onRetry={() => void bytes.refetch()} />;
  if (!bytes.data) return <Skeleton rows={6} height={24} />;
  const text = decodeText(bytes.data);
  if (text === null) return <Words>{t("gallery.notText")}</Words>;
  return (
    <div className={classes.lines}>
      {file.size > MOST_TEXT_BYTES && (
        <p>{t("gallery.cut", { size: sizeText(MOST_TEXT_BYTES, i18n.language) })}</p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section aria-label={t("gallery.lines", { name: file.filename })} tabIndex={0}>
        <pre dir="auto">{text}</pre>
      </section>
    </div>
  );
}

const Words = ({ children }: { children: string }) => <p className={classes.words}>{children}</p>;

/** The bytes of a file, or its first ones. */
function useBytes({ id: attachment_id }: Attachment, most: number | null) {
  return useQuery({
    queryKey: ["attachment-bytes", attachment_id, most] as const,
    queryFn: async ({ signal }) => {
      const bytes = await read(
        client.GET("/api/v1/attachments/{attachment_id}", {
          params: { path: { attachment_id } },
          headers: most ? { Range: `bytes=0-${most - 1}` } : {},
          parseAs: "arrayBuffer",
          signal,
        }),
      );
      return new Uint8Array(bytes as unknown as ArrayBuffer);
    },
    staleTime: Number.POSITIVE_INFINITY,
    // What is no longer looked at leaves the memory soon.
    gcTime: 60_000,
  });
}
