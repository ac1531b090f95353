#pragma once

#include "ui/board/lane.h"
#include "ui/common/targets.h"

namespace drover::ui {

/// The lanes side by side, and the place where sets are dropped.
class BoardCanvas final : public QWidget {
    Q_OBJECT

public:
    explicit BoardCanvas(QWidget *parent = nullptr);
    /// Replaces the lanes; empty ones are left out.
    void setLanes(std::vector<Lane *> lanes);
    const std::vector<StampCard *> &cards() const { return m_cards; }
    void setCards(std::vector<StampCard *> cards);
    StampCard *card(const StampName &name) const;

    void showOffers(const std::vector<Offer> &offers);
    void endOffers();

Q_SIGNALS:
    /// A set came in over the board, by its text.
    void dragEntered(const QString &setText);
    void dragMoved(const QPoint &position);
    void dragLeft();
    void dropped(const QString &setText, const drover::StampName &to);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    StampCard *cardAt(const QPoint &position) const;
    bool takes(const StampCard *card) const;
    void hover(StampCard *card);
    void arrange();

    std::vector<Lane *> m_lanes;
    std::vector<StampCard *> m_cards;
    QLabel *m_tip;
};

} // namespace drover::ui
