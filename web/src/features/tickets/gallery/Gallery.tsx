import "./texts";
import { Modal } from "@mantine/core";
import { type KeyboardEvent, type TouchEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/api/types";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { FilePreview } from "./FilePreview";
import { previewOf } from "./files";
import classes from "./Gallery.module.css";

const ZOOMS = [1, 1.5, 2, 3, 4];
const SWIPE_PX = 60;

type GalleryProps = {
  files: Attachment[];
  first: Attachment;
  /** Loads the part of the thread before the first file; without it there is none. */
  onEarlier?: () => Promise<void>;
  onClose: () => void;
};

/** The files of a ticket one by one: by arrows, buttons or a swipe; pictures in several sizes. */
export default function Gallery({ files, first, onEarlier, onClose }: GalleryProps) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(first);
  const [zoom, setZoom] = useState(1);
  const touched = useRef<number | null>(null);
  const place = Math.max(
    files.findIndex(({ id }) => id === current.id),
    0,
  );
  const go = (step: 1 | -1) => {
    const next = files[place + step];
    if (!next) {
      if (step === -1) void onEarlier?.();
      return;
    }
    setZoom(1);
    setCurrent(next);
  };
  const zoomBy = (step: 1 | -1) => setZoom(ZOOMS[ZOOMS.indexOf(zoom) + step] ?? zoom);
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const done: Record<string, (() => void) | undefined> = {
      [forward]: () => go(1),
      [back]: () => go(-1),
      "+": () => zoomBy(1),
      "-": () => zoomBy(-1),
      "0": () => setZoom(1),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : done[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const onTouchEnd = (event: TouchEvent) => {
    const moved = (event.changedTouches[0]?.clientX ?? 0) - (touched.current ?? 0);
    const begun = touched.current !== null;
    touched.current = null;
    // A larger picture is moved by the finger, not left.
    if (!begun || zoom !== 1 || Math.abs(moved) < SWIPE_PX) return;
    const forward = document.documentElement.dir === "rtl" ? moved > 0 : moved < 0;
    go(forward ? 1 : -1);
  };
  const told = { name: current.filename, place: String(place + 1), count: String(files.length) };
  return (
    <Modal
      opened
      fullScreen
      onClose={onClose}
      title={t("gallery.title", told)}
      closeButtonProps={{ "aria-label": t("dialog.close") }}
      classNames={{ title: classes.title, content: classes.content, body: classes.body }}
      onKeyDown={onKeyDown}
    >
      <div className={classes.bar}>
        <IconButton
          icon="left"
          className={classes.turned}
          label={t("gallery.previous")}
          disabled={place === 0 && !onEarlier}
          onClick={() => go(-1)}
        />
        <span aria-live="polite">{t("gallery.place", told)}</span>
        <IconButton
          icon="right"
          className={classes.turned}
          label={t("gallery.next")}
          disabled={place === files.length - 1}
          onClick={() => go(1)}
        />
        {previewOf(current) === "image" && (
          <>
            <IconButton
              icon="minus"
              label={t("gallery.zoomOut")}
              disabled={zoom === ZOOMS[0]}
              onClick={() => zoomBy(-1)}
            />
            <IconButton
              icon="plus"
              label={t("gallery.zoomIn")}
              disabled={zoom === ZOOMS.at(-1)}
              onClick={() => zoomBy(1)}
            />
          </>
        )}
        <a href={current.url} download={current.filename} className={classes.download}>
          <Icon name="download" />
          {t("ticket.download")}
        </a>
      </div>
      <div
        className={classes.stage}
        onTouchStart={(event) => {
          touched.current = event.touches.length === 1 ? (event.touches[0]?.clientX ?? null) : null;
        }}
        onTouchEnd={onTouchEnd}
      >
        <FilePreview key={current.id} file={current} zoom={zoom} />
      </div>
    </Modal>
  );
}
