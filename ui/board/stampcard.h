#pragma once

#include "ui/board/setchip.h"
#include "ui/common/widgets.h"

class QGraphicsOpacityEffect;

namespace drover::ui {

class CapacityBar;

/// One stamp: how full, how healthy, which sets are on it, and during a drag what it says to them.
class StampCard final : public Card {
    Q_OBJECT

public:
    StampCard(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets, bool compact, QWidget *parent = nullptr);

    const StampName &stamp() const { return m_name; }
    const QString &title() const { return m_title; }
    const std::vector<SetChip *> &chips() const { return m_chips; }
    /// The stamp's whole population as a set.
    fleet::SetOnStamp everything() const;
    /// Shows what the stamp says to the dragged set; absent ends it.
    void setOffer(const std::optional<plan::Fit> &fit);
    const std::optional<plan::Fit> &offer() const { return m_offer; }
    /// Under the cursor: accent border and ghost fill.
    void setHovered(bool hovered);

Q_SIGNALS:
    void dragRequested(const drover::fleet::SetOnStamp &set, QWidget *source);
    void moveToRequested(const drover::fleet::SetOnStamp &set, QWidget *source);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void addHead(const fleet::Stamp &stamp);
    void addFill(const fleet::Stamp &stamp);
    void addChips(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets);
    void addChip(fleet::SetOnStamp set, fleet::Ring ring, QBoxLayout *into);
    void makeFades();
    void showState();

    StampName m_name;
    QString m_title;
    HubHostName m_hub;
    qint64 m_population;
    bool m_outage;
    CapacityBar *m_bar;
    QLabel *m_state;
    QLabel *m_reason;
    /// Of all but the verdict and its reason, which must stay readable.
    std::vector<QGraphicsOpacityEffect *> m_fades;
    std::vector<SetChip *> m_chips;
    std::optional<plan::Fit> m_offer;
    bool m_hovered = false;
    QPoint m_pressed;
};

} // namespace drover::ui
