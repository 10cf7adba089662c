import { Component, type ReactNode, type RefObject } from "react";

type KeepPlaceProps = {
  pane: RefObject<HTMLElement | null>;
  /** While this holds, the pane is kept at the end of the thread instead. */
  atEnd: RefObject<boolean>;
  children: ReactNode;
};

type Place = { element: Element; topPx: number } | null;

/**
 * Keeps what is looked at in its place while parts of a thread before it come. A class, for no hook
 * sees the page as it stands right before it changes.
 */
export class KeepPlace extends Component<KeepPlaceProps> {
  override getSnapshotBeforeUpdate(): Place {
    const pane = this.props.pane.current;
    if (!pane || this.props.atEnd.current) return null;
    const edgePx = pane.getBoundingClientRect().top;
    for (const element of pane.querySelectorAll("article")) {
      const box = element.getBoundingClientRect();
      if (box.bottom > edgePx) return { element, topPx: box.top };
    }
    return null;
  }

  override componentDidUpdate(_props: unknown, _state: unknown, place: Place) {
    const pane = this.props.pane.current;
    if (!pane || !place?.element.isConnected) return;
    pane.scrollTop += place.element.getBoundingClientRect().top - place.topPx;
  }

  override render() {
    return this.props.children;
  }
}
