"""The words that headers are made of, and what each of them says: one concept or several per line, any language.

Words are compared as `headers.normal` spells them. A concept that no column asks for still matters: a column it
stands on is about something else (a tax, a warehouse, a second telephone), and is left alone.
"""

THINGS = """
customer = customer, cust, client, customers, clients, buyer, sold to, sell to, bill to customer, bill to party,
    sold to party, purchaser, patron, consumer, subscriber, member, policyholder, tenant, kunde, kunden, kd,
    debitor, debitoren, abonnent, mitglied, auftraggeber, acheteur, abonne, cliente, clientes, comprador, socio,
    abonado, end customer, 客户, 顾客, 用户, 会员, 买家, 购货方, 购货单位, 购买方, 往来单位, 租户, 订户, 最终客户,
    客商
customer enduser = end user, enduser, endkunde, client final, cliente final, 最终用户
customer billing = bill to, invoice to, rechnungsempfaenger
company = company, organization, organisation, org, business, firm, firma, firmen, firmierung, unternehmen, betrieb,
    corporation, enterprise, societe, entreprise, raison sociale, empresa, sociedad, compania, 公司, 单位, 企业,
    商户, 机构, 集团, 门店
account = account, acct, acc, accounts, 账户, 账号, 帐户, 帐号
product = product, products, item, items, sku line, article, articles, art, material, part, parts, goods, good,
    stock item, prod, merchandise, commodity, artikel, produkt, ware, waren, teil, produit, articulo, producto,
    ref article, 产品, 商品, 物料, 存货, 货品, 宝贝, 品, 料, 货物
product number code = sku, mpn, stock code, part num, artnr, 货号, 料号, 品号, 款号
product name = 品名, 货名
service = service, services, plan, plans, rate plan, offer, offering, package, bundle, tariff, tarif, dienst,
    leistung, forfait, servicio, 套餐, 资费, 服务, 业务套餐
order line = billing document item, document item, order item, invoice item
order = order, invoice, billing document, inv, sales order, sales document, document, doc, transaction, trans, txn,
    receipt, bill, purchase transaction, auftrag, auftraege, bestellung, bestell, rechnung, rg, beleg, vorgang,
    commande, facture, pedido, factura, venta, albaran, documento, 订单, 单据, 发票, 销售单, 出库单, 交易, 订货单,
    销货单, 账单, 小票, 凭证
line = line, lines, position, pos, positions, lineitem, zeile, posten, ligne, linea, renglon, 行, 明细, 分录, 项次
subscription = recurring, sub, coverage, subscription, subscriptions, subscr, contract, agreement, licence, license,
    membership, policy, service agreement, service contract, vertrag, vertraege, abo, abonnement, lizenz, contrat,
    suscripcion, contrato, licencia, 合同, 订阅, 协议, 合约, 许可, 授权, 保单
ticket = 故障, ticket, tickets, case, incident, activity, interaction, activities, issue, request, service request,
    engagement, conversation, communication, enquiry, inquiry, work order, chat, call log, vorfall, anfrage,
    aktivitaet, kontakt, demande, incidencia, actividad, ticket interno, 工单, 案例, 活动, 互动, 跟进, 拜访, 沟通,
    服务单, 服务工单, 服务请求, 会话, 事件
call = call, calls, anruf, appel, llamada, 通话, 外呼, 回访, 致电, 呼叫, 来电
"""

ATTRIBUTES = """
number code = code, cod, codigo, 编码, 代码, 代号
number = 流水号, number, no, nr, nbr, num, n, id, ids, key, ref, reference, identifier, uuid, guid, recid, #,
    nummer, kennung, kuerzel, schluessel, numero, identifiant, matricule, clave, referencia, 编号, 号码, 号, 标识,
    id号, 唯一标识
name = name, names, title, full name, fullname, display name, legal name, trading name, designation, bezeichnung,
    titel, nom, intitule, libelle, nombre, denominacion, titulo, 名称, 名, 全名, 全称, 简称, 标题, 姓名, 名字
text = description, descr, desc, dscription, text, subject, summary, details, body, content, topic, beschreibung,
    betreff, inhalt, beschr, objet, sujet, resume, descripcion, asunto, resumen, detalle, 描述, 内容, 摘要, 主题,
    详情, 概述, 小结, 问题描述
note = note, notes, comment, comments, remark, remarks, annotation, notiz, notizen, bemerkung, bemerkungen,
    kommentar, anmerkung, commentaire, remarque, nota, notas, comentario, comentarios, observaciones, 备注, 说明,
    评论, 附注
date = date, dt, dat, datetime, timestamp, ts, time, on, at, day, am, datum, zeit, zeitpunkt, tag, termin, jour,
    heure, fecha, hora, dia, 日期, 时间, 日
quantity = quantity, qty, qnty, quan, pieces, pcs, menge, anzahl, stueckzahl, quantite, qte, cantidad, cant, uds,
    unidades, units, count, number of, no of, num of, # of, count of, nombre de, anzahl der, 数量, 件数, 数目, 条数,
    个数, 台数, 量
seats = seats, seat, users, user count, devices, endpoints, mailboxes, licences count, licenses, licences, licensed,
    lizenzen, plaetze, geraete, postes, usuarios, 席位, 席位数, 账号数, 用户数, 终端数, 设备数, 坐席数, 线路, 许可数
unit = unit, each, per unit, piece, per piece, einzel, stueck, unitaire, unitario, unidad, 单位价
price = price, prices, rate, prix, precio, preis, einzelpreis, stueckpreis, tarifpreis, pu, 价格, 单价, 价, 定价
price sold = vk, verkaufspreis, vkpreis, pvp, 售价, 销售价
price retail = msrp, rrp, srp, uvp, 零售价, 建议零售价, 指导价
cost = cost, costs, cogs, ek, einkaufspreis, kosten, selbstkosten, einstand, cout, coste, costo, 成本, 成本价, 进价,
    采购价, 进货价
amount = amount, amt, value, val, revenue, sum, betrag, wert, summe, umsatz, erloes, montant, valeur, ca, importe,
    valor, 金额, 额, 销售额, 货款
charge = charge, charges, fee, fees, payment, rental, dues, premium, spend, bill amount, gebuehr, entgelt, frais,
    redevance, cuota, tasa, 费, 费用, 租金, 租费, 资费金额
amount total = sub total, total, totals, subtotal, gesamt, gesamtbetrag, gesamtpreis, 合计, 总额, 总价, 总计, 小计,
    总
amount extended = extended, ext, extension, 行金额
amount monthly = mrr, mrc, arpu, 月费, 月租, 月租费, 月租金, 月服务费
monthly = monthly, per month, month, monatlich, monat, monats, mensuel, mensual, 每月, 月度, 月, 月均
annual = annual, yearly, per year, arr, year, jahr, jaehrlich, annuel, anual, 年, 年度, 每年
email = adresse e mail, adresse mail, adresse email, adresse electronique, direccion de correo, email, e mail, mail,
    mailadresse, e mail address, email address, e mail adresse, courriel, correo, correo electronico, 邮箱,
    电子邮箱, 邮件, 电子邮件
phone = phone, telephone, tel, mobile, cell, cellphone, telefon, handy, mobil, rufnummer, portable, telefono, movil,
    phone number, phone no, tel no, telephone number, mobile number, 电话, 手机, 手机号, 电话号码, 手机号码,
    联系电话
city = city, town, locality, municipality, ort, stadt, wohnort, ville, commune, localite, ciudad, poblacion,
    localidad, municipio, 城市, 市, 地市
region = region, state, province, territory, county, area, bundesland, kanton, gebiet, departement, estado,
    provincia, comunidad, zona, 地区, 区域, 大区, 省份, 省
country = country, nation, land, laender, pays, pais, 国家, 国别
industry = industry, sector, vertical, line of business, branche, branchen, wirtschaftszweig, secteur,
    secteur d activite, secteur activite, sector de actividad, actividad economica, industria, rubro, 行业
type = type, kind, typ, kundenart, tipo, 类型, 种类, 性质
class = category, categories, class, group, family, segment, tier, level, grade, kategorie, gruppe, klasse,
    segmentation, stufe, categorie, famille, groupe, gamme, segmento, categoria, familia, grupo, nivel, 类别, 分类,
    等级, 级别, 分组, 组, 大类, 类目, 系列, 分级, 品类
status = status, stage, zustand, statut, etat, situacion, 状态, 阶段
available = available, availability, sellable, orderable, verfuegbar, lieferbar, disponible, 上架, 可售, 在售
channel = channel, medium, contact method, kanal, canal, 渠道, 方式, 途径
outcome = outcome, result, disposition, resolution outcome, ergebnis, resultat, resultado, 结果, 结论
sentiment = sentiment, mood, stimmung, sentimiento, 情绪, 情感
score = score, rating, points, index, bewertung, punkte, puntuacion, 评分, 得分, 分
"""

QUALIFIERS = """
net = net, netto, ht, hors taxe, neto, excl vat, ex vat, excluding vat, excl tax, ex tax, excluding tax,
    without tax, sin iva, zzgl mwst, 不含税, 未税, 无税
gross = gross, brutto, ttc, bruto, incl vat, inc vat, including vat, incl tax, inc tax, including tax, with tax,
    con iva, inkl mwst, 含税
currency_named = eur, usd, gbp, cny, rmb, chf, aud, cad, hkd, sgd, jpy, inr, 元, 人民币
sold = sales, sale, sold, selling, sell, resale, verkauf, vente, ventes, ventas, 销售, 售出
ordered = ordered, bestellt, commande e, commandee, commandees, pedida, 订购, 下单, 购买
invoiced = invoiced, billed, berechnet, fakturiert, facturee, facturada, 开票
shipped = shipped, delivered, despatched, dispatched, geliefert, livree, livre, enviado, entregada, 发货, 实发, 出库
posted = posting, posted, booking, booked, entry, entered, effective posting, buchung, buchungs, erfassung, erfasst,
    comptable, contable, 过账, 记账, 业务, 录入
created = created, create, creation, added, angelegt, anlage, erstellt, erstellung, cree, creation fiche, creado,
    creada, creacion, 创建, 建立, 新建, 制单, 登记
joined = depuis, depuis le, desde, since, joined, join, registered, registration, signup, sign up, enrolled,
    enrolment, enrollment, onboarded, onboarding, member since, customer since, client since, seit, registriert,
    inscription, inscrit, alta, registro, 注册, 入网, 入会, 开户, 建档, 加入, 成为客户
opened = opened, open, reported, logged, raised, received, submitted, occurred, eroeffnet, gemeldet, eingang,
    ouvert, ouverture, recu, abierto, apertura, recibido, 受理, 提交, 发生, 接入, 报修
started = start, started, starts, begin, begins, beginning, commenced, commencement, activation, activated,
    effective, live, go live, from, valid from, beginn, start am, laufzeitbeginn, gueltig ab, ab, debut, effet,
    inicio, vigencia, 开始, 起始, 生效, 开通, 激活, 启用, 起
ended = ended, ends, cancelled, canceled, cancellation, cancel, terminated, termination, deactivated, deactivation,
    disconnected, disconnect, disconnection, churned, ceased, cease, kuendigung, gekuendigt, storniert, resilie,
    resiliation, baja, cancelacion, cancelado, 终止, 取消, 退订, 解约, 注销, 停用, 停机, 解除
finish = end, finish, until, to, valid until, valid to, ende, laufzeitende, gueltig bis, bis, fin, hasta, 结束, 截止
renewal = renewal, renews, renew, renewed on, expiry, expires, expiration, expire, expiring, verlaengerung, ablauf,
    renouvellement, echeance contrat, expiration le, renovacion, vencimiento contrato, 续约, 续费, 到期, 续期
closed = closed, resolved, completed, completion, resolution, solved, closing, geschlossen, erledigt, ferme,
    cloture, cerrado, cierre, 完成, 关闭, 解决, 完结, 结案
updated = updated, modified, last modified, changed, last updated, geaendert, modifie, modificado, 更新, 修改
shipping = shipping, ship, ship to, shipment, delivery, deliver to, deliver, freight, versand, liefer, lieferung,
    liefertermin, livraison, expedition, envio, entrega, 收货, 配送, 物流, 运费, 送货
paid = paid, pay, payments, settled, bezahlt, zahlung, paiement, paye, pago, pagado, 付款, 支付
due = due, faellig, faelligkeit, echeance, vencimiento, 应付, 应收
requested = requested, promised, expected, planned, target, scheduled, wunsch, geplant, prevu, previsto, 计划, 预计
primary = primary, main, default, principal, haupt, hauptkontakt, 首要, 主要, 默认, 主
secondary = secondary, second, alternate, alternative, other, backup, 2, 备用, 其他, 第二
billing = landline, fixe, festnetz, fijo, billing, invoicing, mailing, postal address, office, work, headquarters,
    hq, head office, registered office, geschaeftlich, geschaeft, buero, sitz, siege, facturation, facturacion,
    oficina, 办公, 注册地, 所在, 所属, 账单地址
contact = contact, contacts, ansprechpartner, contacto, interlocuteur, 联系人, 联系
first = first, vorname, prenom, given, initial, 首次, 首单
last = last, latest, recent, surname, nachname, letzte, dernier, ultimo, ultima, 最近, 上次, 最后
next = next, upcoming, naechste, prochain, proxima, proximo, 下次, 下一
current = current, actual, aktuell, actuel, 当前, 实际
final = final, overall, call back, abschliessend, 最终
formal = legal, trading, commercial, comercial, commerciale, full, display, official, short, 中文
list = list, catalogue, catalog, base, standard, regular, liste, listen, 标准, 目录, 官方, 公开
retail = retail, public, recommended, suggested, publico, conseille, empfohlen, 零售, 建议, 市场, 统一
purchase = purchase, purchasing, buying, buy, einkauf, achat, compra, 采购, 进货
average = average, avg, mean, durchschnitt, moyen, moyenne, medio, promedio, 平均, 均
sequence = sequence, seq, 序号, 序
manufacturer = manufacturer, mfr, mfg, maker, oem, hersteller, fabricant, fabricante, 厂商, 制造商, 厂家
distributor = distributor, disty, distribution, haendler, 经销商, 分销
agent = agent, rep, salesperson, salesrep, sales rep, owner, assigned, assignee, engineer, technician, manager,
    handler, handled by, advisor, operator, employee, staff, bearbeiter, vertreter, berater, mitarbeiter, vendeur,
    commercial rep, vendedor, agente, 业务员, 客户经理, 坐席, 工程师, 经办人, 跟进人, 销售员, 负责人, 操作员, 人员
supplier = supplier, vendor, lieferant, fournisseur, proveedor, 供应商
offered = offered, recommended product, proposed, angeboten, propose, ofrecido, 推荐, 推荐的
tax = tax, taxes, vat, gst, mwst, ust, iva, tva, duty, 税, 税率, 税额
blocking = orders, invoices, area code, company code, buchungskreis, price unit, 公司代码, 发票代码, used, usage,
    income, salary, einkommen, revenu, ingresos, 收入, row, discount, rebate, margin, profit, balance, credit,
    debit, limit, weight, duration, hours, minutes, currency, warehouse, bank, gl, ledger, parent, previous, old,
    original, open balance, estimated, forecast, cumulative, ytd, percent, pct, address, street, zip, postcode,
    postal, plz, fax, barcode, ean, upc, gtin, serial, tracking, batch, lot, uom, per, minimum, min, max, moq, pack,
    stock, inventory, on hand, backordered, backorder, outstanding, remaining, returned, refund, refunded, reason,
    priority, campaign, source, user, login, terms, frequency, cycle, term, period, payment method, project,
    department, location, site, store, branch, reseller, dealer, partner, image, url, website, tags, flag, is, has,
    quote, lead, opportunity, spare, rabatt, lager, bestand, strasse, adresse, skonto, remise, stocks, existencias,
    descuento, direccion, calle, 折扣, 优惠, 余额, 库存, 仓库, 地址, 邮编, 传真, 条码, 单位名, 规格, 型号, 快递,
    原价, 毛利, 利润, 重量, 时长, 优先级, 部门, 上级, 银行, 税号, 起订, 最小, 最大, 币种, 原因, 次数, 退货, 累计,
    周期
"""

JUNK = """
of, the, a, an, by, s, de, del, d, du, des, la, le, les, el, los, l, der, die, das, den, von, fuer, und, and, or, y,
    e, et, en, in, for, field, our, your, my, 的, 所, 之, 与, 和, 1, 关联
"""
